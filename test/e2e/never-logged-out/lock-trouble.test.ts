import { afterAll, beforeAll, expect, it } from 'vitest'
import { expired, type Login } from '../../prove/logins.js'
import { refreshInTwoNamespaces, whyNoNamespaces } from '../../prove/namespaces.js'
import { squatName } from '../../prove/squatted-name.js'
import { type Stage, setStage } from '../../prove/stage.js'
import { stopHolder } from '../../prove/stopped-holder.js'

let stage: Stage
let logins: Record<'stopped' | 'squatted' | 'namespaces', Login>
beforeAll(async () => {
  stage = await setStage({ accessTokenSeconds: 1 })
  logins = {
    stopped: await stage.logIn('stopped'),
    squatted: await stage.logIn('squatted'),
    namespaces: await stage.logIn('namespaces', 'file'),
  }
  await stage.restartAuthService(300)
  for (const login of Object.values(logins)) await expired(login)
})
afterAll(() => stage?.stop())

const good = (count: number) => ({ good: count, logouts: 0, unreachable: 0, otherwise: [] })

it('while the process that refreshes is stopped, the others wait for it and say so, and nobody refreshes twice (100)', async () => {
  expect(await stopHolder(stage, logins.stopped, { others: 3, stopSeconds: 2 })).toEqual({
    refreshes: 1,
    toldWhoHolds: 3,
    outcomes: good(4),
    afterwards: good(1),
  })
})

it("another user who has taken the name of a session's lock costs a delay, and no login (100)", async () => {
  const { squatter, ...rest } = await squatName(stage, logins.squatted, { toTheEnd: false })
  expect(rest).toEqual({ outcomes: good(1), afterwards: good(1) })
  // Only root can be another user.
  if (process.getuid?.() === 0) expect(squatter).not.toBe(0)
})

const whyNot = whyNoNamespaces()
it.skipIf(whyNot !== undefined)(
  `two network namespaces with one session file cost a second refresh, and no login (100)${whyNot === undefined ? '' : ` – not here: ${whyNot}`}`,
  async () => {
    expect(await refreshInTwoNamespaces(stage, logins.namespaces)).toEqual({
      refreshes: 2,
      outcomes: good(2),
      afterwards: good(1),
    })
  },
)
