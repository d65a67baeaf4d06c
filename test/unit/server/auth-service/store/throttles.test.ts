import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Store } from '../../../../../server/auth-service/store/store.js'
import {
  clearThrottle,
  countFailure,
  findThrottle,
  takeBackFailure,
} from '../../../../../server/auth-service/store/throttles.js'
import { openTestStore, type TestStore } from '../../../../support/auth-service/test-store.js'

const policy = { limit: 3, windowMs: 60_000, blockMs: 10_000 }

let store: TestStore
beforeEach(async () => {
  store = await openTestStore()
})
afterEach(() => store.remove())

const fail = (now: number, on: Store = store) =>
  on.write((transaction) => countFailure(transaction, 'key', policy, now))

test('blocks from the failure on that reaches the limit (80)', async () => {
  expect(await fail(1)).toEqual({ failures: 1, blockedUntil: 0 })
  expect(await fail(2)).toEqual({ failures: 2, blockedUntil: 0 })
  expect(await fail(3)).toEqual({ failures: 3, blockedUntil: 10_003 })
  expect(await fail(20_000)).toEqual({ failures: 4, blockedUntil: 30_000 })
})

test('begins to count anew when the window is over, and keeps a block that goes beyond it', async () => {
  for (const now of [0, 1, 59_999]) await fail(now)
  expect(await fail(60_000)).toEqual({ failures: 1, blockedUntil: 69_999 })
})

test('lets no more than the limit into any span as long as the window, where each failure starts it anew (74)', async () => {
  const sliding = { limit: 3, windowMs: 60_000, blockMs: 60_000, slides: true } as const
  const count = (now: number) => store.write((transaction) => countFailure(transaction, 'key', sliding, now))
  expect(await count(1)).toEqual({ failures: 1, blockedUntil: 0 })
  expect(await count(59_999)).toEqual({ failures: 2, blockedUntil: 0 })
  expect(await count(60_001)).toEqual({ failures: 3, blockedUntil: 120_001 })
  expect(await count(120_001)).toMatchObject({ failures: 1 })
})

test('counts each key by itself', async () => {
  await fail(1)
  expect(await findThrottle(store.read, 'other')).toBeUndefined()
})

test('takes back a failure, and the block that it caused (80)', async () => {
  for (const now of [1, 2, 3]) await fail(now)
  await store.write((transaction) => takeBackFailure(transaction, 'key', policy))
  expect(await findThrottle(store.read, 'key')).toEqual({ failures: 2, blockedUntil: 0 })
})

test('keeps a block that other failures caused as well', async () => {
  for (const now of [1, 2, 3, 4]) await fail(now)
  await store.write((transaction) => takeBackFailure(transaction, 'key', policy))
  expect(await findThrottle(store.read, 'key')).toEqual({ failures: 3, blockedUntil: 10_004 })
})

test('takes back nothing where nothing was counted', async () => {
  await store.write((transaction) => takeBackFailure(transaction, 'key', policy))
  expect(await findThrottle(store.read, 'key')).toBeUndefined()
})

test('forgets a key', async () => {
  await fail(1)
  await store.write((transaction) => clearThrottle(transaction, 'key'))
  expect(await findThrottle(store.read, 'key')).toBeUndefined()
})
