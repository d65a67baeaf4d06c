import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startAtOnce } from '../../prove/at-once.js'
import { expired, inOtherHome, type Login } from '../../prove/logins.js'
import { type Stage, setStage } from '../../prove/stage.js'

let stage: Stage
let logins: Record<'keychain' | 'homes' | 'file', Login>
beforeAll(async () => {
  stage = await setStage({ accessTokenSeconds: 1 })
  logins = {
    keychain: await stage.logIn('keychain'),
    homes: await stage.logIn('homes'),
    file: await stage.logIn('file', 'file'),
  }
  // The access tokens of the logins expire, what follows them lives five minutes.
  await stage.restartAuthService(300)
  for (const login of Object.values(logins)) await expired(login)
})
afterAll(() => stage?.stop())

const all = (processes: number) => ({
  processes,
  refreshes: 1,
  outcomes: { good: processes, logouts: 0, unreachable: 0, otherwise: [] },
  outputs: 1,
})

it('50 processes at once with an expired access token make one refresh, and all get their items (100)', async () => {
  expect(await startAtOnce(stage, [logins.keychain], 50)).toEqual(all(50))
})

it('so do processes with two homes and two configuration folders that know the same login (100)', async () => {
  const homes = [logins.homes, inOtherHome(logins.homes, join(stage.folder, 'other-home'))]
  expect(await startAtOnce(stage, homes, 20)).toEqual(all(20))
})

it('so do processes whose session lies in a file (100)', async () => {
  expect(await startAtOnce(stage, [logins.file], 20)).toEqual(all(20))
})
