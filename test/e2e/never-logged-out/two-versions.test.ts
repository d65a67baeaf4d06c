import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Stage, setStage } from '../../prove/stage.js'
import { buildNewerVersion, runBothVersions, runOlderCommands } from '../../prove/two-versions.js'
import type { BundledProgram } from '../../support/bundle-program.js'

let stage: Stage
let newer: BundledProgram
beforeAll(async () => {
  newer = await buildNewerVersion()
  stage = await setStage({ accessTokenSeconds: 2 })
})
afterAll(async () => {
  await stage?.stop()
  newer?.remove()
})

it('an older authcli that runs at the same time as a newer one leaves its session alone, and says whose it is', async () => {
  const login = await stage.logIn('both', 'keychain', newer)
  const runs = { good: 8, logouts: 0, unreachable: 0, otherwise: [] }
  expect(await runBothVersions(stage, login, 2)).toEqual({ newer: runs, olderSaidSo: 8 })
})

it.each(['keychain', 'file'] as const)(
  'no command of an older authcli changes the session of a newer one: %s',
  async (kind) => {
    const login = await stage.logIn(kind, kind, newer)
    expect(await runOlderCommands(stage, login)).toEqual({ untried: [], changedBy: [] })
  },
)
