import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Login } from '../../prove/logins.js'
import { restartMany } from '../../prove/restarts.js'
import { type Stage, setStage } from '../../prove/stage.js'

const accessTokenSeconds = 3

let stage: Stage
const logins: Login[] = []
beforeAll(async () => {
  stage = await setStage({ accessTokenSeconds })
  logins.push(await stage.logIn('one'), await stage.logIn('two', 'file'))
})
afterAll(() => stage?.stop())

it('an AuthService that is killed and started again under load logs nobody out, and accepts no token that it had refused (60, V2)', async () => {
  expect(await restartMany(stage, logins, { restarts: 3, accessTokenSeconds })).toEqual({
    restarts: 3,
    logouts: 0,
    refusedTokens: 9,
    acceptedAfterwards: 0,
    outcomes: { good: expect.any(Number), logouts: 0, unreachable: expect.any(Number), otherwise: [] },
  })
})
