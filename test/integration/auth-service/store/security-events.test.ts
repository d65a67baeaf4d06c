import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { removeExpired } from '../../../../server/auth-service/store/expired.js'
import {
  listSecurityEvents,
  noteSecurityEvent,
  SECURITY_EVENTS_KEPT_MS,
  type SecurityEventKind,
} from '../../../../server/auth-service/store/security-events.js'
import type { Store } from '../../../../server/auth-service/store/store.js'
import { DATABASES, type TestDatabase } from '../../../support/auth-service/databases.js'
import { type TestRows, testRows } from '../../../support/auth-service/rows.js'

const KEPT_OF_A_KIND = 50

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

  const note = (kind: SecurityEventKind, at: number, source?: string) =>
    store.write((transaction) =>
      noteSecurityEvent(transaction, { accountId: rows.account.id, kind, at, source }),
    )
  const list = (limit = 1_000) =>
    listSecurityEvents(store.read, rows.account.id, { failed: limit, other: limit })

  test('the newest events come first, as many as are asked for, and nobody else’s', async () => {
    const somebodyElse = await testRows(store)
    await store.write((transaction) =>
      noteSecurityEvent(transaction, { accountId: somebodyElse.account.id, kind: 'signed-in', at: 9 }),
    )
    await note('signed-in', 2, '192.0.2.1')
    await note('signed-in', 0)
    await note('password-changed', 3)
    await note('sign-in-failed', 1)
    expect(await list(2)).toEqual([
      {
        accountId: rows.account.id,
        kind: 'password-changed',
        at: 3,
        source: null,
        clientId: null,
        provider: null,
      },
      {
        accountId: rows.account.id,
        kind: 'signed-in',
        at: 2,
        source: '192.0.2.1',
        clientId: null,
        provider: null,
      },
      expect.objectContaining({ kind: 'sign-in-failed', at: 1 }),
    ])
  })

  test('no number of failures makes an account forget anything but older failures', async () => {
    await note('reuse-found', 1)
    await note('signed-in', 2)
    for (let at = 0; at < KEPT_OF_A_KIND + 3; at++) await note('sign-in-failed', 10 + at)
    const events = await list()
    expect(events).toHaveLength(KEPT_OF_A_KIND + 2)
    expect(events.at(-3)).toMatchObject({ kind: 'sign-in-failed', at: 13 })
    expect(events.at(-2)).toMatchObject({ kind: 'signed-in', at: 2 })
    expect(events.at(-1)).toMatchObject({ kind: 'reuse-found', at: 1 })
  })

  test('failures are shown beside other events, and never instead of them', async () => {
    await note('provider-linked', 1)
    await note('signed-in', 2)
    for (let at = 0; at < 10; at++) await note('sign-in-failed', 10 + at)
    await note('password-changed', 15)
    const events = await listSecurityEvents(store.read, rows.account.id, { failed: 2, other: 3 })
    expect(events.map(({ kind, at }) => [kind, at])).toEqual([
      ['sign-in-failed', 19],
      ['sign-in-failed', 18],
      ['password-changed', 15],
      ['signed-in', 2],
      ['provider-linked', 1],
    ])
  })

  test('what calls itself an address and is none is cut', async () => {
    await note('signed-in', 1, 'x'.repeat(10_000))
    expect((await list())[0]?.source).toBe('x'.repeat(64))
  })

  test('events go after ninety days, more than one batch in a round', async () => {
    const now = 2 * SECURITY_EVENTS_KEPT_MS
    const old = now - SECURITY_EVENTS_KEPT_MS
    await store.write((transaction) =>
      transaction
        .insertInto('security_events')
        .values(
          Array.from({ length: 501 }, (_, at) => ({
            account_id: rows.account.id,
            event: 'signed-in' as const,
            at: old,
            id: `${at}`,
            source: null,
            client_id: null,
            provider: null,
          })),
        )
        .execute(),
    )
    await note('signed-in', old + 1)
    expect(await removeExpired(store, now)).toBe(501)
    expect(await list()).toHaveLength(1)
  })

  test('events go with their account', async () => {
    await note('signed-in', 1)
    await store.write((transaction) =>
      transaction.deleteFrom('accounts').where('id', '=', rows.account.id).execute(),
    )
    expect(await list()).toEqual([])
  })
})
