import { expect, it } from 'vitest'
import { offeredWays } from '../../../../../server/auth-service/checks/offered-ways.js'

const a = { name: 'a', isOnlyWay: false }
const b = { name: 'b', isOnlyWay: false }
const only = { name: 'only', isOnlyWay: true }

it('offers passwords and all providers unless one is the only way in', () => {
  expect(offeredWays([])).toEqual({ providers: [], takesPasswords: true })
  expect(offeredWays([a, b])).toEqual({ providers: [a, b], takesPasswords: true })
})

it('offers the only way in, and nothing else', () => {
  expect(offeredWays([a, only, b])).toEqual({ providers: [only], takesPasswords: false })
})
