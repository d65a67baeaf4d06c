import { type Kysely, sql } from 'kysely'

/**
 * A login that ends looks for the codes that nobody has redeemed, and of those there are few at any time: an index of
 * them alone is read whole, however many codes were redeemed today. It is ordered by time so that the entries of one
 * moment lie together, where each COMMIT writes few pages of it; the indices by account and client were as wide as the
 * table.
 */
export async function indexCodesUnderway(db: Kysely<never>): Promise<void> {
  await db.schema
    .createIndex('authorization_codes_underway')
    .on('authorization_codes')
    .column('expires_at')
    .where(sql<boolean>`redeemed_at is null`)
    .execute()
  await db.schema.dropIndex('authorization_codes_account_id').execute()
  await db.schema.dropIndex('authorization_codes_client_id').execute()
}
