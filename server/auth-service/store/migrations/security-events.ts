import type { Kysely } from 'kysely'
import { createTable, type Dialect, index, integerOf, ofAccount } from './migration.js'

/** What people are shown of what happened to their account. */
export async function addSecurityEvents(db: Kysely<never>, dialect: Dialect): Promise<void> {
  await createTable(db, 'security_events', dialect)
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('account_id', 'text', ofAccount)
    .addColumn('at', integerOf(dialect), (column) => column.notNull())
    .addColumn('event', 'text', (column) => column.notNull())
    .addColumn('source', 'text')
    .addColumn('client_id', 'text')
    .addColumn('provider', 'text')
    .execute()
  await index(db, 'security_events', 'account_id')
  await index(db, 'security_events', 'at')
}
