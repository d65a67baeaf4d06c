import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findAuthorizationCode } from '../../../../server/auth-service/store/authorization-codes.js'
import { insertBrowserSession } from '../../../../server/auth-service/store/browser-sessions.js'
import { removeExpired } from '../../../../server/auth-service/store/expired.js'
import {
  isAccessTokenRevoked,
  revokeAccessToken,
} from '../../../../server/auth-service/store/revoked-access-tokens.js'
import type { Store } from '../../../../server/auth-service/store/store.js'
import { countFailure, findThrottle } from '../../../../server/auth-service/store/throttles.js'
import { DATABASES, type TestDatabase } from '../../../support/auth-service/databases.js'
import { type TestRows, testRows } from '../../../support/auth-service/rows.js'

const DAY_MS = 86_400_000
const NOW = 10 * DAY_MS

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

  test('a code stays for a day after its end, so that a second use is still recognised (29)', async () => {
    const kept = await rows.addCode({ expires_at: NOW - DAY_MS + 1, redeemed_at: 1 })
    const removed = await rows.addCode({ expires_at: NOW - DAY_MS, redeemed_at: 1 })
    expect(await removeExpired(store, NOW)).toBe(1)
    expect(await findAuthorizationCode(store.read, kept.code_hash)).toBeDefined()
    expect(await findAuthorizationCode(store.read, removed.code_hash)).toBeUndefined()
  })

  test('a device login stays for a day after its end, so that a second use is still recognised (73)', async () => {
    const kept = await rows.addDeviceAuthorization({ expires_at: NOW - DAY_MS + 1, redeemed_at: 1 })
    await rows.addDeviceAuthorization({ expires_at: NOW - DAY_MS })
    expect(await removeExpired(store, NOW)).toBe(1)
    const left = await store.read.selectFrom('device_authorizations').select('device_code_hash').execute()
    expect(left).toEqual([{ device_code_hash: kept.device_code_hash }])
  })

  test('a browser session goes when it ends', async () => {
    const session = (id: string, expiresAt: number) => ({
      id_hash: id,
      account_id: rows.account.id,
      authenticated_at: 1,
      created_at: 1,
      expires_at: expiresAt,
      is_proven: 1,
    })
    await store.write((transaction) => insertBrowserSession(transaction, session('alive', NOW + 1)))
    await store.write((transaction) => insertBrowserSession(transaction, session('over', NOW)))
    await removeExpired(store, NOW)
    const left = await store.read.selectFrom('browser_sessions').select('id_hash').execute()
    expect(left).toEqual([{ id_hash: 'alive' }])
  })

  test('a revoked access token is forgotten when it would have ended anyway', async () => {
    await store.write((transaction) => revokeAccessToken(transaction, 'alive', NOW + 1))
    await store.write((transaction) => revokeAccessToken(transaction, 'over', NOW))
    await removeExpired(store, NOW)
    expect(await isAccessTokenRevoked(store.read, 'alive')).toBe(true)
    expect(await isAccessTokenRevoked(store.read, 'over')).toBe(false)
  })

  test('a throttle stays as long as it blocks', async () => {
    const policy = { limit: 1, windowMs: 1, blockMs: 3 * DAY_MS }
    await store.write((transaction) => countFailure(transaction, 'blocks', policy, NOW - 2 * DAY_MS))
    await store.write((transaction) => countFailure(transaction, 'over', policy, NOW - 4 * DAY_MS))
    await removeExpired(store, NOW)
    expect(await findThrottle(store.read, 'blocks')).toBeDefined()
    expect(await findThrottle(store.read, 'over')).toBeUndefined()
  })

  test('more than one batch goes in one round', async () => {
    await store.write((transaction) =>
      transaction
        .insertInto('revoked_access_tokens')
        .values(Array.from({ length: 1_001 }, (_, at) => ({ jti: `${at}`, expires_at: 1 })))
        .execute(),
    )
    expect(await removeExpired(store, NOW)).toBe(1_001)
  })

  test('replicas that remove at once remove each row once', async () => {
    await store.write((transaction) =>
      transaction
        .insertInto('revoked_access_tokens')
        .values(Array.from({ length: 501 }, (_, at) => ({ jti: `${at}`, expires_at: 1 })))
        .execute(),
    )
    const other = await database.open()
    const removed = await Promise.all([store, other, store].map((on) => removeExpired(on, NOW)))
    expect(removed.reduce((sum, rows) => sum + rows, 0)).toBe(501)
  })

  test('a stop ends a round after the batch in progress', async () => {
    await store.write((transaction) =>
      transaction
        .insertInto('revoked_access_tokens')
        .values(Array.from({ length: 1_001 }, (_, at) => ({ jti: `${at}`, expires_at: 1 })))
        .execute(),
    )
    const stopping = new AbortController()
    const round = removeExpired(store, NOW, stopping.signal)
    stopping.abort()
    expect(await round).toBeLessThanOrEqual(200)
    expect(await removeExpired(store, NOW)).toBeGreaterThanOrEqual(801)
  })
})
