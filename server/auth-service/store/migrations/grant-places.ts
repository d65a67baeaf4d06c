import type { Kysely } from 'kysely'
import type { Dialect } from './migration.js'

/** What tells a person their own logins apart. */
export async function addGrantPlaces(db: Kysely<never>, _dialect: Dialect): Promise<void> {
  await db.schema.alterTable('grants').addColumn('device_name', 'text').execute()
  await db.schema.alterTable('grants').addColumn('source', 'text').execute()
}
