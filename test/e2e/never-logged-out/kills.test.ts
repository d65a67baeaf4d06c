import { afterAll, beforeAll, expect, it } from 'vitest'
import { GAPS } from '../../prove/gaps.js'
import { killMany } from '../../prove/kills.js'
import type { Login } from '../../prove/logins.js'
import { type Stage, setStage } from '../../prove/stage.js'

let stage: Stage
const logins: Login[] = []
beforeAll(async () => {
  stage = await setStage({ accessTokenSeconds: 3 })
  logins.push(await stage.logIn('one'), await stage.logIn('two'), await stage.logIn('three', 'file'))
})
afterAll(() => stage?.stop())

it('processes killed at any moment of a refresh, eight at a time, end no login and leave no store broken (60, 100)', async () => {
  const { kills, byGap, ...rest } = await killMany(stage, logins, { kills: 40 })
  expect(rest).toEqual({
    logouts: 0,
    corruptStores: 0,
    outcomes: { good: expect.any(Number), logouts: 0, unreachable: 0, otherwise: [] },
    endedGrants: 0,
    keychainDeaths: expect.any(Number),
  })
  expect(GAPS.filter((gap) => byGap[gap] < 0.05 * kills)).toEqual([])
})
