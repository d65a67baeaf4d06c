import { afterEach, beforeEach, expect, test } from 'vitest'
import { findAccount } from '../../../../../server/auth-service/store/accounts.js'
import type { Writer } from '../../../../../server/auth-service/store/store.js'
import {
  clearThrottle,
  countFailure,
  findThrottle,
} from '../../../../../server/auth-service/store/throttles.js'
import { allHaveGoneOn, endOfTurn } from '../../../../../server/auth-service/store/turn.js'
import { openTestStore, type TestStore } from '../../../../support/auth-service/test-store.js'

const POLICY = { limit: 100, windowMs: 1000, blockMs: 1000 }

let store: TestStore
beforeEach(async () => {
  store = await openTestStore()
})
afterEach(() => store.remove())

const count = (key: string) => (transaction: Writer) => countFailure(transaction, key, POLICY, 1)

test('rolls back a failing job alone', async () => {
  const answers = await Promise.allSettled([
    store.write(count('a')),
    store.write(async (transaction) => {
      await count('b')(transaction)
      throw new Error('no')
    }),
    store.write(count('c')),
  ])
  expect(answers.map((answer) => answer.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(await findThrottle(store.read, 'a')).toBeDefined()
  expect(await findThrottle(store.read, 'b')).toBeUndefined()
  expect(await findThrottle(store.read, 'c')).toBeDefined()
})

test('keeps of a job what it did last, where it ran again because another one failed', async () => {
  let runs = 0
  const [counted] = await Promise.allSettled([
    store.write((transaction) => {
      runs += 1
      return count('a')(transaction)
    }),
    store.write(() => Promise.reject(new Error('no'))),
  ])
  expect(runs).toBe(2)
  expect(counted).toMatchObject({ status: 'fulfilled', value: { failures: 1 } })
  expect(await findThrottle(store.read, 'a')).toMatchObject({ failures: 1 })
})

test('lets a job see what the jobs before it in the same turn did', async () => {
  const answers = await Promise.all([
    store.write(count('a')),
    store.write(count('a')),
    store.write(count('a')),
  ])
  expect(answers.map((answer) => answer.failures)).toEqual([1, 2, 3])
})

test('commits together what comes in one turn, however late in it, and what one read has set off', async () => {
  const transactions: Writer[] = []
  const write = () => store.write(async (transaction) => void transactions.push(transaction))
  const late = new Promise<void>((resolve) => process.nextTick(resolve)).then(allHaveGoneOn).then(write)
  await Promise.all([write(), late])
  expect(new Set(transactions).size).toBe(1)

  const afterRead = async () => {
    await findAccount(store.read, 'nobody')
    await write()
  }
  await Promise.all([afterRead(), afterRead(), afterRead()])
  expect(transactions).toHaveLength(5)
  expect(new Set(transactions).size).toBe(2)
})

test('waits for others while each turn brings one, and for a few turns at most', async () => {
  const transactions: Writer[] = []
  const write = () => store.write(async (transaction) => void transactions.push(transaction))
  let isAnswered = false
  const first = write().then(() => {
    isAnswered = true
  })
  const rest: Promise<void>[] = []
  while (!isAnswered && rest.length < 1_000) {
    rest.push(write())
    await endOfTurn()
  }
  await Promise.all([first, ...rest])
  expect(new Set(transactions.slice(0, 4)).size).toBe(1)
  expect(transactions.findIndex((each) => each !== transactions[0])).toBeLessThan(16)
})

test('commits at once where enough have come', async () => {
  const transactions: Writer[] = []
  const write = () => store.write(async (transaction) => void transactions.push(transaction))
  const many = Array.from({ length: 20 }, write)
  await endOfTurn()
  await Promise.all([...many, write()])
  expect(new Set(transactions.slice(0, 20)).size).toBe(1)
  expect(new Set(transactions).size).toBe(2)
})

test('hides what is not committed yet from reads', async () => {
  let during: unknown = 'not read'
  await store.write(async (transaction) => {
    await count('a')(transaction)
    during = await findThrottle(store.read, 'a')
  })
  expect(during).toBeUndefined()
  expect(await findThrottle(store.read, 'a')).toBeDefined()
})

test('waits for writes in progress when it closes, and refuses later ones', async () => {
  const before = store.write(count('a'))
  const closed = store.close()
  await expect(before).resolves.toMatchObject({ failures: 1 })
  await closed
  await expect(store.write((transaction) => clearThrottle(transaction, 'a'))).rejects.toThrow('closed')
})
