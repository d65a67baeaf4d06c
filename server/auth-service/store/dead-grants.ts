import { BATCH, inBatches } from './batches.js'
import type { GrantsTable } from './schema.js'
import type { Store } from './store.js'

/**
 * How long a grant that ended is remembered: a refresh token of it that turns up is known for what it is, and
 * refused with a reason in the log. After that it is refused as one of a grant that nobody knows.
 */
const DEAD_GRANTS_KEPT_MS = 30 * 86_400_000

/** How far one round walks, so that the next one of the expired rows is never late. */
const GRANTS_PER_ROUND = 25_000

/** How long a grant lives, as in the settings. */
export interface GrantLifetimes {
  grantIdleSeconds: number
  grantAbsoluteSeconds: number
}

/**
 * Deletes grants that ended long ago: revoked, not used for too long, or too old. Walks a part of the table along its
 * primary key, because an index of when grants end would have to be written by every refresh.
 *
 * @param walk.after the id after which it begins; any string will do.
 * @param stopping ends it after the batch in progress.
 * @returns how many rows went, and after which id the next walk goes on: the empty string begins again.
 */
export async function removeDeadGrants(
  store: Store,
  { after, lifetimes, now }: { after: string; lifetimes: GrantLifetimes; now: number },
  stopping?: AbortSignal,
): Promise<{ removed: number; reached: string }> {
  let [removed, visited, reached] = [0, 0, after]
  await inBatches(async () => {
    const rows = await store.read
      .selectFrom('grants')
      .select(['id', 'created_at', 'last_used_at', 'revoked_at'])
      .where('id', '>', reached)
      .orderBy('id')
      .limit(BATCH)
      .execute()
    removed += await remove(
      store,
      rows.filter((row) => endOf(row, lifetimes) <= now - DEAD_GRANTS_KEPT_MS).map(({ id }) => id),
    )
    visited += rows.length
    const last = rows.length === BATCH ? rows.at(-1) : undefined
    reached = last?.id ?? ''
    return last !== undefined && visited < GRANTS_PER_ROUND ? 'go on' : 'done'
  }, stopping)
  return { removed, reached }
}

type Dates = Pick<GrantsTable, 'created_at' | 'last_used_at' | 'revoked_at'>

function endOf(
  { created_at, last_used_at, revoked_at }: Dates,
  { grantIdleSeconds, grantAbsoluteSeconds }: GrantLifetimes,
): number {
  const ranOut = Math.min(last_used_at + grantIdleSeconds * 1000, created_at + grantAbsoluteSeconds * 1000)
  return revoked_at === null ? ranOut : Math.min(revoked_at, ranOut)
}

// Named one by one: nobody uses them any more, and a range would be in the way of everybody who uses its neighbours.
async function remove(store: Store, ids: readonly string[]): Promise<number> {
  if (ids.length === 0) return 0
  const { numDeletedRows } = await store.write((transaction) =>
    transaction.deleteFrom('grants').where('id', 'in', ids).executeTakeFirst(),
  )
  return Number(numDeletedRows)
}
