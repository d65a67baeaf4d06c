import type { Reader, Writer } from './store.js'

/** How many failures in a window are let pass, and how long each one after those blocks. In milliseconds. */
export interface ThrottlePolicy {
  limit: number
  windowMs: number
  blockMs: number
  /** Whether each failure starts the window anew, so that no more than `limit` fall into any span of that length. */
  slides?: true
}

/** What is known of one key: an account at a source, or a source. */
export interface Throttle {
  failures: number
  /** Epoch milliseconds; 0 if it never was blocked. */
  blockedUntil: number
}

export async function findThrottle(db: Reader, key: string): Promise<Throttle | undefined> {
  const row = await db
    .selectFrom('throttles')
    .select(['failures', 'blocked_until'])
    .where('key', '=', key)
    .executeTakeFirst()
  return row && { failures: row.failures, blockedUntil: row.blocked_until }
}

/**
 * Counts one failure, in a new window if the last one is over. From the `limit`-th on, each failure blocks the
 * key. Attempts that are counted when they begin, and taken back when they succeed, can't outrun the limit by
 * being many at once.
 */
export async function countFailure(
  db: Writer,
  key: string,
  policy: ThrottlePolicy,
  now: number,
): Promise<Throttle> {
  const row = await db.selectFrom('throttles').selectAll().where('key', '=', key).executeTakeFirst()
  const goesOn = row !== undefined && now < row.window_started_at + policy.windowMs
  const failures = goesOn ? row.failures + 1 : 1
  const before = row?.blocked_until ?? 0
  const counted = {
    failures,
    window_started_at: goesOn && !policy.slides ? row.window_started_at : now,
    blocked_until: failures >= policy.limit ? Math.max(before, now + policy.blockMs) : before,
  }
  await db
    .insertInto('throttles')
    .values({ key, ...counted })
    .onConflict((conflict) => conflict.column('key').doUpdateSet(counted))
    .execute()
  return { failures, blockedUntil: counted.blocked_until }
}

/** Takes one failure back: the attempt that was counted has succeeded. A block that it caused ends. */
export async function takeBackFailure(db: Writer, key: string, policy: ThrottlePolicy): Promise<void> {
  const row = await db.selectFrom('throttles').selectAll().where('key', '=', key).executeTakeFirst()
  if (row === undefined || row.failures === 0) return
  const failures = row.failures - 1
  await db
    .updateTable('throttles')
    .set({ failures, ...(failures < policy.limit ? { blocked_until: 0 } : {}) })
    .where('key', '=', key)
    .execute()
}

/** Forgets every failure of a key. */
export async function clearThrottle(db: Writer, key: string): Promise<void> {
  await db.deleteFrom('throttles').where('key', '=', key).execute()
}
