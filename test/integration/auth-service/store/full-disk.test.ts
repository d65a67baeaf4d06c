import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Store, Writer } from '../../../../server/auth-service/store/store.js'
import { countFailure, findThrottle } from '../../../../server/auth-service/store/throttles.js'
import { SQLITE, type TestDatabase } from '../../../support/auth-service/databases.js'

const POLICY = { limit: 1000, windowMs: 1000, blockMs: 1000 }
const count = (key: string) => (transaction: Writer) => countFailure(transaction, key, POLICY, 1)

let database: TestDatabase
let store: Store
beforeEach(async () => {
  database = await SQLITE.make()
  store = await database.open()
})
afterEach(() => database.remove())

/** Writes until the disk is full: SQLite is told that it has room for no more pages. */
async function fillDisk(transaction: Writer): Promise<void> {
  await sql`pragma max_page_count = 1`.execute(transaction)
  try {
    for (let at = 0; ; at++) await count(`${at}${'x'.repeat(4000)}`)(transaction)
  } finally {
    await sql`pragma max_page_count = 1000000`.execute(transaction)
  }
}

test('answers a job only if what it wrote is there, whatever a full disk did to the others', async () => {
  const answers = await Promise.allSettled([
    store.write(count('before')),
    store.write(fillDisk),
    store.write(count('after')),
  ])
  expect(answers[1]).toMatchObject({
    status: 'rejected',
    reason: { message: expect.stringContaining('full') },
  })
  for (const [at, key] of [
    [0, 'before'],
    [2, 'after'],
  ] as const) {
    const found = await findThrottle(store.read, key)
    expect(found !== undefined, key).toBe(answers[at].status === 'fulfilled')
  }
})

test('answers a job that swallowed the error of a full disk only if what it wrote is there', async () => {
  const answer = await Promise.allSettled([
    store.write(async (transaction) => {
      await count('mine')(transaction)
      await fillDisk(transaction).catch(() => {})
    }),
  ])
  expect((await findThrottle(store.read, 'mine')) !== undefined).toBe(answer[0].status === 'fulfilled')
})

test('goes on when there is room again', async () => {
  await expect(store.write(fillDisk)).rejects.toThrow('full')
  await expect(store.write(count('next'))).resolves.toMatchObject({ failures: 1 })
})
