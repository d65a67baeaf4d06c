import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { redeemAuthorizationCode } from '../../../../server/auth-service/store/authorization-codes.js'
import { addConsent, findConsentedScopes } from '../../../../server/auth-service/store/consents.js'
import {
  advanceGrant,
  findGrant,
  insertGrant,
  revokeGrant,
} from '../../../../server/auth-service/store/grants.js'
import type { Store } from '../../../../server/auth-service/store/store.js'
import { countFailure, findThrottle } from '../../../../server/auth-service/store/throttles.js'
import { DATABASES, type TestDatabase } from '../../../support/auth-service/databases.js'
import { type TestRows, testRows } from '../../../support/auth-service/rows.js'

describe.each(DATABASES)('on $name', ({ make }) => {
  let database: TestDatabase
  let store: Store
  let other: Store
  let rows: TestRows
  beforeEach(async () => {
    database = await make()
    store = await database.open()
    other = await database.open()
    rows = await testRows(store)
  })
  afterEach(() => database.remove())

  const times = <T>(count: number, run: (store: Store, at: number) => Promise<T>, stores: readonly Store[]) =>
    Promise.all(Array.from({ length: count }, (_, at) => run(stores[at % stores.length] ?? store, at)))

  describe.each([
    ['one node', () => [store]],
    ['two nodes', () => [store, other]],
  ])('and %s', (_, stores) => {
    test('redeems a code once, however many try at the same time (28, V3)', async () => {
      const code = await rows.addCode()
      const answers = await times(
        50,
        (on) => on.write((transaction) => redeemAuthorizationCode(transaction, code.code_hash, 2)),
        stores(),
      )
      expect(answers.filter(Boolean)).toHaveLength(1)
    })

    test('makes the grant of a code once, however many try at the same time (28)', async () => {
      const code = await rows.addCode()
      const grant = await rows.addGrant()
      const answers = await times(
        50,
        (on) =>
          on.write(async (transaction) => {
            if (!(await redeemAuthorizationCode(transaction, code.code_hash, 2))) return false
            await insertGrant(transaction, { ...grant, id: code.grant_id })
            return true
          }),
        stores(),
      )
      expect(answers.filter(Boolean)).toHaveLength(1)
      expect(await findGrant(store.read, code.grant_id)).toBeDefined()
    })

    test('advances a grant to a generation once, however many try at the same time (59, V1)', async () => {
      const grant = await rows.addGrant()
      const answers = await times(
        100,
        (on, at) =>
          on.write((transaction) =>
            advanceGrant(transaction, grant.id, {
              generation: 1,
              nonce: `nonce ${at}`,
              source: '::1',
              advancedAt: [at],
              now: at,
            }),
          ),
        stores(),
      )
      expect(answers.filter(Boolean)).toHaveLength(1)
      const winner = answers.indexOf(true)
      expect(await findGrant(other.read, grant.id)).toMatchObject({
        generation: 1,
        nonce: `nonce ${winner}`,
        advancedAt: [winner],
        lastUsedAt: winner,
      })
    })

    test('counts every failure, however many come at the same time (80, V13)', async () => {
      const policy = { limit: 10, windowMs: 60_000, blockMs: 30_000 }
      await times(
        50,
        (on) => on.write((transaction) => countFailure(transaction, 'k', policy, 1000)),
        stores(),
      )
      expect(await findThrottle(other.read, 'k')).toEqual({ failures: 50, blockedUntil: 31_000 })
    })

    test('loses no scope of consents that are given at the same time', async () => {
      const key = { accountId: rows.account.id, clientId: rows.clientId, resource: '' }
      await times(
        20,
        (on, at) => on.write((transaction) => addConsent(transaction, key, [`scope-${at}`], at)),
        stores(),
      )
      expect(await findConsentedScopes(store.read, key)).toHaveProperty('size', 20)
    })
  })

  test('never advances a grant that was revoked', async () => {
    const grant = await rows.addGrant()
    await store.write((transaction) => revokeGrant(transaction, grant.id, 'test', 2))
    const next = { generation: 1, nonce: 'n', advancedAt: [3], source: '::1', now: 3 }
    expect(await store.write((transaction) => advanceGrant(transaction, grant.id, next))).toBe(false)
    expect(await findGrant(store.read, grant.id)).toMatchObject({ generation: 0, revokedAt: 2 })
  })

  test('shows a write to the other node as soon as it is answered', async () => {
    const grant = await rows.addGrant()
    await store.write((transaction) => revokeGrant(transaction, grant.id, 'test', 2))
    expect(await findGrant(other.read, grant.id)).toMatchObject({ revokedAt: 2, revokedReason: 'test' })
  })
})
