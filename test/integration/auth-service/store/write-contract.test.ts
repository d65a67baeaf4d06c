import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findAccount, insertAccount, listAccounts } from '../../../../server/auth-service/store/accounts.js'
import { findClient, removeClient } from '../../../../server/auth-service/store/clients.js'
import { findGrant } from '../../../../server/auth-service/store/grants.js'
import type { Store, Writer } from '../../../../server/auth-service/store/store.js'
import { countFailure, findThrottle } from '../../../../server/auth-service/store/throttles.js'
import { DATABASES, SQLITE, type TestDatabase } from '../../../support/auth-service/databases.js'
import { type TestRows, testRows } from '../../../support/auth-service/rows.js'

const POLICY = { limit: 1000, windowMs: 1000, blockMs: 1000 }
const count = (key: string) => (transaction: Writer) => countFailure(transaction, key, POLICY, 1)

describe.each(DATABASES)('a write on $name', ({ make }) => {
  let database: TestDatabase
  let store: Store
  let rows: TestRows
  beforeEach(async () => {
    database = await make()
    store = await database.open()
    rows = await testRows(store)
  })
  afterEach(() => database.remove())

  test('resolves with what the job gives', async () => {
    await expect(store.write(async () => 'value')).resolves.toBe('value')
  })

  test('rejects with what the job throws, and undoes that job only', async () => {
    const answers = await Promise.allSettled([
      store.write(count('before')),
      store.write(async (transaction) => {
        await count('failing')(transaction)
        throw new Error('this one fails')
      }),
      store.write(count('after')),
    ])
    expect(answers[1]).toMatchObject({ reason: { message: 'this one fails' } })
    expect(await findThrottle(store.read, 'before')).toBeDefined()
    expect(await findThrottle(store.read, 'failing')).toBeUndefined()
    expect(await findThrottle(store.read, 'after')).toBeDefined()
  })

  test('rejects when the database refuses, and undoes that job only', async () => {
    const answers = await Promise.allSettled([
      store.write(count('before')),
      store.write(async (transaction) => {
        await count('failing')(transaction)
        await insertAccount(transaction, rows.account)
      }),
      store.write(count('after')),
    ])
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(await findThrottle(store.read, 'failing')).toBeUndefined()
    expect(await findThrottle(store.read, 'after')).toBeDefined()
  })

  test('is not seen by reads before it is committed', async () => {
    let during: unknown = 'not read'
    await store.write(async (transaction) => {
      await count('a')(transaction)
      during = await findThrottle(store.read, 'a')
    })
    expect(during).toBeUndefined()
    expect(await findThrottle(store.read, 'a')).toBeDefined()
  })

  test('that was begun before the store closes is finished, and a later one refused', async () => {
    const begun = store.write(count('a'))
    const closed = store.close()
    await expect(begun).resolves.toMatchObject({ failures: 1 })
    await closed
    await expect(store.write(count('a'))).rejects.toThrow('the store is closed')
    const again = await database.open()
    expect(await findThrottle(again.read, 'a')).toMatchObject({ failures: 1 })
  })

  test('keeps instants and counts as numbers', async () => {
    const now = Date.UTC(2100, 0, 1)
    const grant = await rows.addGrant({ authTime: now, generation: 4_294_967_295, createdAt: now })
    expect(await findGrant(store.read, grant.id)).toEqual(grant)
  })

  test('takes with a client everything that it was allowed', async () => {
    const grant = await rows.addGrant()
    const code = await rows.addCode()
    await store.write((transaction) => removeClient(transaction, rows.clientId))
    expect(await findClient(store.read, rows.clientId)).toBeUndefined()
    expect(await findGrant(store.read, grant.id)).toBeUndefined()
    await expect(rows.addCode(code)).rejects.toThrow()
    expect(await findAccount(store.read, rows.account.id)).toBeDefined()
  })

  test('may read what it wrote itself', async () => {
    const seen = await store.write(async (transaction) => {
      await insertAccount(transaction, { ...rows.account, id: 'second', username: 'second' })
      return (await listAccounts(transaction)).length
    })
    expect(seen).toBe(2)
  })
})

describe('a failing COMMIT on SQLite', () => {
  let database: TestDatabase
  let store: Store
  beforeEach(async () => {
    database = await SQLITE.make()
    store = await database.open()
  })
  afterEach(() => database.remove())

  /** Leaves behind what SQLite checks at COMMIT only. */
  async function breakCommit(transaction: Writer): Promise<void> {
    await sql`pragma defer_foreign_keys = on`.execute(transaction)
    await sql`insert into browser_sessions values ('x', 'nobody', 1, 1, 1, 1)`.execute(transaction)
  }

  test('rejects every job that it carried, and keeps nothing of them', async () => {
    const answers = await Promise.allSettled([
      store.write(count('before')),
      store.write(breakCommit),
      store.write(count('after')),
    ])
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    expect(await findThrottle(store.read, 'before')).toBeUndefined()
    expect(await findThrottle(store.read, 'after')).toBeUndefined()
  })

  test('does not trouble the jobs of the next turn', async () => {
    await expect(store.write(breakCommit)).rejects.toThrow('FOREIGN KEY')
    await expect(store.write(count('next'))).resolves.toMatchObject({ failures: 1 })
  })

  test('never answers a job before the COMMIT that carries it', async () => {
    const order: string[] = []
    const first = store.write(count('a')).then(() => order.push('answered'))
    const last = store.write(async () => {
      await sql`select 1`.execute(store.read)
      order.push('last job ran')
    })
    await Promise.all([first, last])
    expect(order).toEqual(['last job ran', 'answered'])
  })
})
