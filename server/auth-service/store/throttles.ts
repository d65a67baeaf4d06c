import { prepareQuery } from './prepared-query.js'
import type { ThrottlesTable } from './schema.js'
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

const byKey = prepareQuery((db, { key }: { key: string }) =>
  db.selectFrom('throttles').selectAll().where('key', '=', key).limit(1),
)

const put = prepareQuery((db, row: ThrottlesTable) => {
  const { key, ...counted } = row
  return db
    .insertInto('throttles')
    .values({ key, ...counted })
    .onConflict((conflict) => conflict.column('key').doUpdateSet(counted))
})

const takeBack = prepareQuery((db, { key, limit }: { key: string; limit: number }) =>
  db
    .updateTable('throttles')
    .set((row) => ({
      failures: row('failures', '-', 1),
      blocked_until: row.case().when('failures', '<=', limit).then(0).else(row.ref('blocked_until')).end(),
    }))
    .where('key', '=', key)
    .where('failures', '>', 0),
)

const remove = prepareQuery((db, { key }: { key: string }) =>
  db.deleteFrom('throttles').where('key', '=', key),
)

export async function findThrottle(db: Reader, key: string): Promise<Throttle | undefined> {
  const [row] = (await byKey(db, { key })).rows
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
  const [row] = (await byKey(db, { key })).rows
  return putFailure(db, row, { key, policy, now })
}

/** What is counted, and how. */
export interface Counted {
  key: string
  policy: ThrottlePolicy
}

/**
 * Counts one failure of each, unless one of them is blocked: then none is counted, and the answer is until when it is
 * (epoch milliseconds).
 */
export async function countFailuresUnlessBlocked(
  db: Writer,
  counted: readonly Counted[],
  now: number,
): Promise<number | undefined> {
  const rows: (ThrottlesTable | undefined)[] = []
  for (const { key } of counted) rows.push((await byKey(db, { key })).rows[0])
  const blockedUntil = Math.max(...rows.map((row) => row?.blocked_until ?? 0))
  if (blockedUntil > now) return blockedUntil
  for (const [index, each] of counted.entries()) await putFailure(db, rows[index], { ...each, now })
  return undefined
}

async function putFailure(
  db: Writer,
  row: ThrottlesTable | undefined,
  { key, policy, now }: Counted & { now: number },
): Promise<Throttle> {
  const goesOn = row !== undefined && now < row.window_started_at + policy.windowMs
  const failures = goesOn ? row.failures + 1 : 1
  const before = row?.blocked_until ?? 0
  const counted = {
    failures,
    window_started_at: goesOn && !policy.slides ? row.window_started_at : now,
    blocked_until: failures >= policy.limit ? Math.max(before, now + policy.blockMs) : before,
  }
  await put(db, { key, ...counted })
  return { failures, blockedUntil: counted.blocked_until }
}

/** Takes one failure back: the attempt that was counted has succeeded. A block that it caused ends. */
export async function takeBackFailure(db: Writer, key: string, policy: ThrottlePolicy): Promise<void> {
  await takeBack(db, { key, limit: policy.limit })
}

/** Forgets every failure of a key. */
export async function clearThrottle(db: Writer, key: string): Promise<void> {
  await remove(db, { key })
}
