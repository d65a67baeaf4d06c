import { afterEach, beforeEach, expect, test } from 'vitest'
import { readTogether } from '../../../../../server/auth-service/store/read-together.js'
import { openTestStore, type TestStore } from '../../../../support/auth-service/test-store.js'

let store: TestStore
let queries: (readonly string[])[]
beforeEach(async () => {
  store = await openTestStore()
  queries = []
})
afterEach(() => store.remove())

const read = readTogether(async (_db, keys) => {
  queries.push(keys)
  if (keys.includes('broken')) throw new Error('no answer')
  return new Map(keys.filter((key) => key !== 'unknown').map((key) => [key, { key }]))
})

test('what is asked for in one turn is read in one query, each row once', async () => {
  const answers = await Promise.all(['a', 'b', 'unknown', 'a', 'c'].map((key) => read(store.read, key)))
  expect(answers).toEqual([{ key: 'a' }, { key: 'b' }, undefined, { key: 'a' }, { key: 'c' }])
  expect(queries).toEqual([['a', 'b', 'unknown', 'c']])
})

test('the next turn reads anew', async () => {
  await read(store.read, 'a')
  await read(store.read, 'a')
  expect(queries).toEqual([['a'], ['a']])
})

test('a list of keys has few lengths: some are named more than once', async () => {
  await Promise.all(['a', 'b', 'c', 'd', 'e'].map((key) => read(store.read, key)))
  expect(queries).toEqual([['a', 'b', 'c', 'd', 'e', 'a', 'a', 'a']])
})

test('more than 64 keys are several queries, and everybody gets their own row', async () => {
  const keys = Array.from({ length: 200 }, (_, index) => `key ${index}`)
  expect(await Promise.all(keys.map((key) => read(store.read, key)))).toEqual(keys.map((key) => ({ key })))
  expect(queries.map(({ length }) => length)).toEqual([64, 64, 64, 8])
})

test('a read that fails fails for all who asked in its turn, and for nobody after it', async () => {
  const failed = await Promise.allSettled([read(store.read, 'broken'), read(store.read, 'a')])
  expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(await read(store.read, 'a')).toEqual({ key: 'a' })
})

test('a transaction reads for itself', async () => {
  await store.write(async (transaction) => {
    await Promise.all([read(transaction, 'a'), read(transaction, 'b')])
  })
  expect(queries).toEqual([['a'], ['b']])
})

test('two databases share nothing', async () => {
  const other = await openTestStore()
  await Promise.all([read(store.read, 'a'), read(other.read, 'b')])
  await other.remove()
  expect(queries).toEqual([['a'], ['b']])
})
