import { type Kysely, sql } from 'kysely'
import { type Dialect, integerOf } from './migration.js'

/** When a key begins to sign: a new one is published before that. Those that are there sign already. */
export async function addKeyLives(db: Kysely<never>, dialect: Dialect): Promise<void> {
  await db.schema
    .alterTable('keys')
    .addColumn('active_from', integerOf(dialect), (column) => column.notNull().defaultTo(0))
    .execute()
  await sql`update keys set active_from = created_at`.execute(db)
}
