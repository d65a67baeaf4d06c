import type { Kysely } from 'kysely'
import { createTable, type Dialect, index, integerOf } from './migration.js'

/** What clients may do for themselves. */
export async function addClientAccess(db: Kysely<never>, dialect: Dialect): Promise<void> {
  await createTable(db, 'client_access', dialect)
    .addColumn('client_id', 'text', (column) =>
      column.primaryKey().references('clients.id').onDelete('cascade'),
    )
    .addColumn('resource', 'text', (column) =>
      column.notNull().references('resources.url').onDelete('cascade'),
    )
    .addColumn('scope', 'text', (column) => column.notNull())
    .addColumn('created_at', integerOf(dialect), (column) => column.notNull())
    .execute()
  await index(db, 'client_access', 'resource')
}
