import type { Kysely } from 'kysely'
import { type Dialect, integerOf } from './migration.js'

/** So that no clock and no longer setting brings back a refresh token that was refused. */
export async function addRetriesEnded(db: Kysely<never>, dialect: Dialect): Promise<void> {
  await db.schema.alterTable('grants').addColumn('retries_ended_at', integerOf(dialect)).execute()
}
