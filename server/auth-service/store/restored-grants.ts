import type { Grant } from './grants.js'
import type { Reader, Writer } from './store.js'

/**
 * Makes a refresh token that is newer than a grant from a backup the last one used, if the grant still stands where it
 * was read: the compare-and-swap of `advanceGrant`, over more than one generation. Answers whether it did.
 *
 * The grant stays one from a backup. Who holds a token that was spent in between may come first; the owner, whose token
 * is newer still, must not be shut out by that, and makes the other's a spent one by coming.
 */
export async function rejoinGrant(
  db: Writer,
  { id, generation }: Pick<Grant, 'id' | 'generation'>,
  next: {
    generation: number
    nonce: string
    advancedAt: readonly number[]
    /** The address that asks. */
    source: string
    now: number
  },
): Promise<boolean> {
  const result = await db
    .updateTable('grants')
    .set({
      generation: next.generation,
      nonce: next.nonce,
      retries_ended_at: null,
      advanced_at: JSON.stringify(next.advancedAt),
      last_used_at: next.now,
      source: next.source,
    })
    .where('id', '=', id)
    .where('generation', '=', generation)
    .where('restored_at', 'is not', null)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/** How many grants were brought back from a backup at this instant as logins that go on, or that end there and then. */
export async function countRestoredGrants(db: Reader, at: number): Promise<number> {
  const { count } = await db
    .selectFrom('grants')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where((eb) => eb.or([eb('restored_at', '=', at), eb('revoked_at', '=', at)]))
    .executeTakeFirstOrThrow()
  return count
}
