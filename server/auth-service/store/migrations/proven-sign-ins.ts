import type { Kysely } from 'kysely'
import { type Dialect, integerOf } from './migration.js'

/** Which sign-ins were more than a way through a provider where somebody was signed in already. Of those before, none. */
export async function addProvenSignIns(db: Kysely<never>, dialect: Dialect): Promise<void> {
  await db.schema
    .alterTable('browser_sessions')
    .addColumn('is_proven', integerOf(dialect), (column) => column.notNull().defaultTo(0))
    .execute()
}
