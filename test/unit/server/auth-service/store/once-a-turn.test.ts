import { afterEach, beforeEach, expect, test } from 'vitest'
import { readOnceATurn } from '../../../../../server/auth-service/store/once-a-turn.js'
import { openTestStore, type TestStore } from '../../../../support/auth-service/test-store.js'

let store: TestStore
let reads: string[]
beforeEach(async () => {
  store = await openTestStore()
  reads = []
})
afterEach(() => store.remove())

const read = readOnceATurn(async (_db, key) => {
  reads.push(key)
  if (key === 'broken') throw new Error('no answer')
  return { key }
})

const nextTurn = () => new Promise((resolve) => setImmediate(resolve))

test('what is asked for many times in one turn is read once', async () => {
  const answers = await Promise.all([read(store.read, 'a'), read(store.read, 'b'), read(store.read, 'a')])
  expect(answers).toEqual([{ key: 'a' }, { key: 'b' }, { key: 'a' }])
  expect(reads).toEqual(['a', 'b'])
})

test('the next turn reads anew', async () => {
  await read(store.read, 'a')
  await nextTurn()
  await read(store.read, 'a')
  expect(reads).toEqual(['a', 'a'])
})

test('a read that fails fails for all who asked in its turn, and for nobody after it', async () => {
  const failed = await Promise.allSettled([read(store.read, 'broken'), read(store.read, 'broken')])
  expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  await nextTurn()
  await expect(read(store.read, 'broken')).rejects.toThrow('no answer')
  expect(reads).toEqual(['broken', 'broken'])
})

test('a transaction reads for itself', async () => {
  await store.write(async (transaction) => {
    await Promise.all([read(transaction, 'a'), read(transaction, 'a')])
  })
  expect(reads).toEqual(['a', 'a'])
})

test('two databases share nothing', async () => {
  const other = await openTestStore()
  await Promise.all([read(store.read, 'a'), read(other.read, 'a')])
  await other.remove()
  expect(reads).toEqual(['a', 'a'])
})
