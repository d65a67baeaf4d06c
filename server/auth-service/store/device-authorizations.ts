import { prepareQuery } from './prepared-query.js'
import type { DeviceAuthorizationsTable } from './schema.js'
import type { Reader, Writer } from './store.js'

export type DeviceAuthorization = DeviceAuthorizationsTable

/** @throws the database's unique violation when one of the codes is taken. */
export async function insertDeviceAuthorization(
  db: Writer,
  authorization: DeviceAuthorization,
): Promise<void> {
  await db.insertInto('device_authorizations').values(authorization).execute()
}

/** Finds what was asked for under one of its two codes. */
export async function findDeviceAuthorization(
  db: Reader,
  code: { column: 'device_code_hash' | 'user_code_hash'; hash: string },
): Promise<DeviceAuthorization | undefined> {
  return db
    .selectFrom('device_authorizations')
    .selectAll()
    .where(code.column, '=', code.hash)
    .executeTakeFirst()
}

/** Gives it to a browser, if no other has it; answers whether it is this one's now. */
export async function claimDeviceAuthorization(
  db: Writer,
  deviceCodeHash: string,
  browser: string,
): Promise<boolean> {
  const result = await db
    .updateTable('device_authorizations')
    .set({ claimed_by: browser })
    .where('device_code_hash', '=', deviceCodeHash)
    .where((where) => where.or([where('claimed_by', 'is', null), where('claimed_by', '=', browser)]))
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

const moveClaims = prepareQuery((db, { from, to }: { from: string; to: string }) =>
  db.updateTable('device_authorizations').set({ claimed_by: to }).where('claimed_by', '=', from),
)

/** What a browser had before it got another id stays its own. */
export async function moveDeviceClaims(
  db: Writer,
  { from, to }: { from: string; to: string },
): Promise<void> {
  await moveClaims(db, { from, to })
}

/** A person's decision, in the browser that the request belongs to. */
export interface DeviceDecision {
  browser: string
  accountId: string
  authTime: number
  decision: 'approved' | 'denied'
  now: number
}

/**
 * Writes down what a person has decided, if nobody has before, the browser is the one that it belongs to, and it is not
 * too late. Answers whether this call was the one.
 */
export async function decideDeviceAuthorization(
  db: Writer,
  deviceCodeHash: string,
  { browser, accountId, authTime, decision, now }: DeviceDecision,
): Promise<boolean> {
  const result = await db
    .updateTable('device_authorizations')
    .set({
      account_id: accountId,
      auth_time: authTime,
      ...(decision === 'approved' ? { approved_at: now } : { denied_at: now }),
    })
    .where('device_code_hash', '=', deviceCodeHash)
    .where('claimed_by', '=', browser)
    .where('approved_at', 'is', null)
    .where('denied_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/** Notes that the device has asked, and how many seconds it must leave from now on. */
export async function notePoll(
  db: Writer,
  deviceCodeHash: string,
  { now, intervalSeconds }: { now: number; intervalSeconds: number },
): Promise<void> {
  await db
    .updateTable('device_authorizations')
    .set({ polled_at: now, interval_seconds: intervalSeconds })
    .where('device_code_hash', '=', deviceCodeHash)
    .execute()
}

/** Marks it as redeemed if nobody did before; answers whether this call was the one. */
export async function redeemDeviceAuthorization(
  db: Writer,
  deviceCodeHash: string,
  now: number,
): Promise<boolean> {
  const result = await db
    .updateTable('device_authorizations')
    .set({ redeemed_at: now, polled_at: now })
    .where('device_code_hash', '=', deviceCodeHash)
    .where('approved_at', 'is not', null)
    .where('redeemed_at', 'is', null)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/** Requests that have not become tokens yet, of an account or for a resource: what they would give has ended. */
export async function removeUnredeemedDeviceAuthorizations(
  db: Writer,
  { column, value }: { column: 'account_id' | 'resource'; value: string },
): Promise<void> {
  await db
    .deleteFrom('device_authorizations')
    .where(column, '=', value)
    .where('redeemed_at', 'is', null)
    .execute()
}
