import type { Kysely } from 'kysely'
import { type Dialect, integerOf } from './migration.js'

/** Which grants come from a backup whose sessions were kept: their tokens may be newer than their rows. */
export async function addRestoredGrants(db: Kysely<never>, dialect: Dialect): Promise<void> {
  await db.schema.alterTable('grants').addColumn('restored_at', integerOf(dialect)).execute()
}
