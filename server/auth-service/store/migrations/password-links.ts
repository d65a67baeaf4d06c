import type { Kysely } from 'kysely'
import { createTable, type Dialect, index, integerOf, ofAccount } from './migration.js'

/** Links by which a person chooses a password: once, and for a while. */
export async function addPasswordLinks(db: Kysely<never>, dialect: Dialect): Promise<void> {
  const integer = integerOf(dialect)
  await createTable(db, 'password_links', dialect)
    .addColumn('token_hash', 'text', (column) => column.primaryKey())
    .addColumn('account_id', 'text', ofAccount)
    .addColumn('purpose', 'text', (column) => column.notNull())
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('expires_at', integer, (column) => column.notNull())
    .addColumn('used_at', integer)
    .execute()
  await index(db, 'password_links', 'account_id')
  await index(db, 'password_links', 'expires_at')
}
