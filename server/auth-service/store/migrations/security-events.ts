import type { Kysely } from 'kysely'
import { createTable, type Dialect, index, integerOf, ofAccount } from './migration.js'

/**
 * What people are shown of what happened to their account. The key leads to the newest of a kind, of which only some are
 * kept.
 */
export async function addSecurityEvents(db: Kysely<never>, dialect: Dialect): Promise<void> {
  await createTable(db, 'security_events', dialect)
    .addColumn('account_id', 'text', ofAccount)
    .addColumn('event', 'text', (column) => column.notNull())
    .addColumn('at', integerOf(dialect), (column) => column.notNull())
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('source', 'text')
    .addColumn('client_id', 'text')
    .addColumn('provider', 'text')
    .addPrimaryKeyConstraint('security_events_pkey', ['account_id', 'event', 'at', 'id'])
    .execute()
  await index(db, 'security_events', 'at')
}
