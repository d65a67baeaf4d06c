import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  claimDeviceAuthorization,
  type DeviceDecision,
  decideDeviceAuthorization,
  moveDeviceClaims,
  redeemDeviceAuthorization,
} from '../../../../server/auth-service/store/device-authorizations.js'
import type { Store } from '../../../../server/auth-service/store/store.js'
import { DATABASES, type TestDatabase } from '../../../support/auth-service/databases.js'
import { type TestRows, testRows } from '../../../support/auth-service/rows.js'

describe.each(DATABASES)('a device login on $name', ({ make }) => {
  let database: TestDatabase
  let store: Store
  let rows: TestRows
  let id: string
  beforeEach(async () => {
    database = await make()
    store = await database.open()
    rows = await testRows(store)
    id = (await rows.addDeviceAuthorization()).device_code_hash
  })
  afterEach(() => database.remove())

  const claim = (browser: string) =>
    store.write((transaction) => claimDeviceAuthorization(transaction, id, browser))
  const decide = (decision: Partial<DeviceDecision> = {}) =>
    store.write((transaction) =>
      decideDeviceAuthorization(transaction, id, {
        browser: 'first',
        accountId: rows.account.id,
        authTime: 1,
        decision: 'approved',
        now: 2,
        ...decision,
      }),
    )
  const redeem = () => store.write((transaction) => redeemDeviceAuthorization(transaction, id, 3))

  test('belongs to the browser that claims it first (78)', async () => {
    expect([await claim('first'), await claim('second'), await claim('first')]).toEqual([true, false, true])
  })

  test('is decided by the browser that has it, and by none before one has (78) (V10)', async () => {
    expect(await decide()).toBe(false)
    await claim('first')
    expect(await decide({ browser: 'second' })).toBe(false)
    expect(await decide()).toBe(true)
  })

  test.each(['approved', 'denied'] as const)('is decided once: %s (78)', async (decision) => {
    await claim('first')
    expect(await decide({ decision })).toBe(true)
    expect(await decide({ decision: 'approved' })).toBe(false)
    expect(await decide({ decision: 'denied' })).toBe(false)
  })

  test('is decided no more after its end (75)', async () => {
    await claim('first')
    expect(await decide({ now: 600_001 })).toBe(false)
  })

  test('goes with its browser to the next id of that', async () => {
    await claim('first')
    await store.write((transaction) => moveDeviceClaims(transaction, { from: 'first', to: 'later' }))
    expect([await decide(), await decide({ browser: 'later' })]).toEqual([false, true])
  })

  test('is redeemed once, and only after it was approved (73)', async () => {
    expect(await redeem()).toBe(false)
    await claim('first')
    await decide()
    expect([await redeem(), await redeem()]).toEqual([true, false])
  })
})
