import type { Kysely } from 'kysely'

/** Before each code it is asked whether a sign-in still counts: so that this takes no look at all the others. */
export async function indexSignInInstants(db: Kysely<never>): Promise<void> {
  await db.schema
    .createIndex('browser_sessions_sign_in')
    .on('browser_sessions')
    .columns(['account_id', 'authenticated_at'])
    .execute()
  await db.schema.dropIndex('browser_sessions_account_id').execute()
}
