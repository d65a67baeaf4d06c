import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { removeDeadGrants } from '../../../../server/auth-service/store/dead-grants.js'
import { advanceGrant, findGrant, type Grant } from '../../../../server/auth-service/store/grants.js'
import type { Store } from '../../../../server/auth-service/store/store.js'
import { DATABASES, type TestDatabase } from '../../../support/auth-service/databases.js'
import { type TestRows, testRows } from '../../../support/auth-service/rows.js'

const DAY_MS = 86_400_000
const KEPT_MS = 30 * DAY_MS
const NOW = 1_000 * DAY_MS
const lifetimes = { grantIdleSeconds: 10 * 86_400, grantAbsoluteSeconds: 100 * 86_400 }
/** More than two batches. */
const MANY = 450

describe.each(DATABASES)('on $name', ({ make }) => {
  let database: TestDatabase
  let store: Store
  let rows: TestRows
  beforeEach(async () => {
    database = await make()
    store = await database.open()
    rows = await testRows(store)
  })
  afterEach(() => database.remove())

  const walk = (after = '') => removeDeadGrants(store, { after, lifetimes, now: NOW })
  const idsLeft = async () =>
    (await store.read.selectFrom('grants').select('id').execute()).map(({ id }) => id)
  const used = { createdAt: NOW - 50 * DAY_MS, lastUsedAt: NOW }

  test.each<[string, Partial<Grant>]>([
    ['that was revoked', { ...used, revokedAt: NOW - KEPT_MS, revokedReason: 'test' }],
    ['that was not used for too long', { ...used, lastUsedAt: NOW - 10 * DAY_MS - KEPT_MS }],
    ['that is too old, though it was used', { createdAt: NOW - 100 * DAY_MS - KEPT_MS, lastUsedAt: NOW }],
  ])('a grant %s goes thirty days after its end, and not before', async (_, dead) => {
    const dates = { createdAt: 0, lastUsedAt: 0, ...dead }
    const later = {
      ...dates,
      createdAt: dates.createdAt + 1,
      lastUsedAt: dates.lastUsedAt + 1,
      ...(dead.revokedAt ? { revokedAt: dead.revokedAt + 1 } : {}),
    }
    const kept = await rows.addGrant(later)
    await rows.addGrant(dates)
    expect(await walk()).toEqual({ removed: 1, reached: '' })
    expect(await idsLeft()).toEqual([kept.id])
  })

  test('a grant that is used stays, however many around it go', async () => {
    const alive = await rows.addGrant({ ...used, id: 'm' })
    await addMany(store, alive, (at) => `${at % 2 ? 'a' : 'z'}${at}`)
    expect(await walk()).toEqual({ removed: MANY, reached: '' })
    expect(await idsLeft()).toEqual(['m'])
  })

  test('a walk that was stopped goes on where it was', async () => {
    const first = await rows.addGrant({ ...used, id: 'a' })
    await addMany(store, first, (at) => `b${1000 + at}`)
    const stopping = new AbortController()
    const stopped = removeDeadGrants(store, { after: '', lifetimes, now: NOW }, stopping.signal)
    stopping.abort()
    const { removed, reached } = await stopped
    expect(removed).toBeLessThanOrEqual(200)
    expect((await walk(reached)).removed).toBe(MANY - removed)
    expect(await idsLeft()).toEqual(['a'])
  })

  test('everybody else goes on writing while a walk is under way', async () => {
    const alive = await rows.addGrant({ ...used, id: 'm' })
    await addMany(store, alive, (at) => `a${at}`)
    let generation = 0
    const advance = async () => {
      const next = { generation: ++generation, nonce: 'n', advancedAt: [NOW], source: '::1', now: NOW }
      expect(await store.write((transaction) => advanceGrant(transaction, 'm', next))).toBe(true)
    }
    const walkersStore: Store = {
      ...store,
      async write(job) {
        await advance()
        const [answer] = await Promise.all([store.write(job), advance()])
        return answer
      },
    }
    const { removed } = await removeDeadGrants(walkersStore, { after: '', lifetimes, now: NOW })
    expect(removed).toBe(MANY)
    expect(generation).toBe(3 * 2)
    expect(await findGrant(store.read, 'm')).toMatchObject({ generation })
  })

  test('replicas that walk at once remove each grant once', async () => {
    const alive = await rows.addGrant({ ...used, id: 'm' })
    await addMany(store, alive, (at) => `a${at}`)
    const other = await database.open()
    const walks = await Promise.all(
      [store, other, store].map((on) => removeDeadGrants(on, { after: '', lifetimes, now: NOW })),
    )
    expect(walks.reduce((sum, { removed }) => sum + removed, 0)).toBe(MANY)
    expect(await idsLeft()).toEqual(['m'])
  })
})

/** Adds dead grants that are otherwise like this one. */
async function addMany(store: Store, { accountId, clientId }: Grant, id: (at: number) => string) {
  const row = {
    account_id: accountId,
    client_id: clientId,
    scope: 'openid',
    auth_time: 1,
    generation: 0,
    advanced_at: '[]',
    created_at: 1,
    last_used_at: 1,
  }
  const values = Array.from({ length: MANY }, (_, at) => ({ ...row, id: id(at) }))
  await store.write((transaction) => transaction.insertInto('grants').values(values).execute())
}
