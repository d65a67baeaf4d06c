import type { DeleteResult } from 'kysely'
import type { ProviderSignInsTable } from './schema.js'
import type { Reader, Writer } from './store.js'

export type ProviderSignIn = ProviderSignInsTable

/** @throws the database's violation when the provider, or the account to link to, is not there any more. */
export async function insertProviderSignIn(db: Writer, signIn: ProviderSignIn): Promise<void> {
  await db.insertInto('provider_sign_ins').values(signIn).execute()
}

/** What was begun with a state, in one browser and in no other. */
export async function findProviderSignIn(
  db: Reader,
  { stateHash, browser }: { stateHash: string; browser: string },
): Promise<ProviderSignIn | undefined> {
  return db
    .selectFrom('provider_sign_ins')
    .selectAll()
    .where('state_hash', '=', stateHash)
    .where('browser', '=', browser)
    .executeTakeFirst()
}

/** Ends what was begun with a state: no second answer counts. Answers whether this call was the one. */
export async function endProviderSignIn(db: Writer, stateHash: string): Promise<boolean> {
  const result = await db
    .deleteFrom('provider_sign_ins')
    .where('state_hash', '=', stateHash)
    .executeTakeFirst()
  return result.numDeletedRows === 1n
}

/** Forgets those from which no browser came back in time, at most so many. */
export async function removeExpiredProviderSignIns(
  db: Writer,
  now: number,
  limit: number,
): Promise<DeleteResult> {
  return db
    .deleteFrom('provider_sign_ins')
    .where('state_hash', 'in', (rows) =>
      rows.selectFrom('provider_sign_ins').select('state_hash').where('expires_at', '<=', now).limit(limit),
    )
    .executeTakeFirst()
}
