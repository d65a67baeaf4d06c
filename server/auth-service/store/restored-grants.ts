import type { Grant } from './grants.js'
import type { Reader, Writer } from './store.js'

/**
 * Makes a refresh token that is newer than a grant from a backup the last one used, if the grant still stands where it
 * was read and still waits for such a token: the compare-and-swap of `advanceGrant`, which this grant gets once more
 * than others. Answers whether it did.
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
      restored_at: null,
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
