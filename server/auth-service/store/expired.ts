import { BATCH, inBatches } from './batches.js'
import { removeEndedPasswordLinks } from './password-links.js'
import { removeExpiredProviderSignIns } from './provider-sign-ins.js'
import { removeSecurityEvents, SECURITY_EVENTS_KEPT_MS } from './security-events.js'
import type { Store, Writer } from './store.js'

const DAY_MS = 86_400_000

/** So that a code that is used a second time is still recognised a day later. */
const CODES_KEPT_MS = DAY_MS

/** No window of a throttle is longer. */
const THROTTLES_KEPT_MS = DAY_MS

/**
 * Deletes what has expired, in batches so small that nobody else's write waits for long, and answers how many rows
 * went. Several replicas may do it at once. Grants are another matter: see `dead-grants.ts`.
 *
 * @param stopping ends it after the batch in progress.
 */
export async function removeExpired(store: Store, now: number, stopping?: AbortSignal): Promise<number> {
  const removals = [
    (db: Writer) =>
      db
        .deleteFrom('authorization_codes')
        .where('code_hash', 'in', (rows) =>
          rows
            .selectFrom('authorization_codes')
            .select('code_hash')
            .where('expires_at', '<=', now - CODES_KEPT_MS)
            .limit(BATCH),
        )
        .executeTakeFirst(),
    (db: Writer) =>
      db
        .deleteFrom('device_authorizations')
        .where('device_code_hash', 'in', (rows) =>
          rows
            .selectFrom('device_authorizations')
            .select('device_code_hash')
            .where('expires_at', '<=', now - CODES_KEPT_MS)
            .limit(BATCH),
        )
        .executeTakeFirst(),
    (db: Writer) =>
      db
        .deleteFrom('browser_sessions')
        .where('id_hash', 'in', (rows) =>
          rows.selectFrom('browser_sessions').select('id_hash').where('expires_at', '<=', now).limit(BATCH),
        )
        .executeTakeFirst(),
    (db: Writer) =>
      db
        .deleteFrom('revoked_access_tokens')
        .where('jti', 'in', (rows) =>
          rows.selectFrom('revoked_access_tokens').select('jti').where('expires_at', '<=', now).limit(BATCH),
        )
        .executeTakeFirst(),
    (db: Writer) =>
      db
        .deleteFrom('throttles')
        .where('key', 'in', (rows) =>
          rows
            .selectFrom('throttles')
            .select('key')
            .where('window_started_at', '<=', now - THROTTLES_KEPT_MS)
            .where('blocked_until', '<=', now)
            .limit(BATCH),
        )
        .executeTakeFirst(),
    (db: Writer) => removeExpiredProviderSignIns(db, now, BATCH),
    (db: Writer) => removeEndedPasswordLinks(db, now - CODES_KEPT_MS, BATCH),
    (db: Writer) => removeSecurityEvents(db, now - SECURITY_EVENTS_KEPT_MS, BATCH),
  ]
  let removed = 0
  for (const removal of removals) {
    await inBatches(async () => {
      const rows = Number((await store.write(removal)).numDeletedRows)
      removed += rows
      return rows === BATCH ? 'go on' : 'done'
    }, stopping)
  }
  return removed
}
