import { type Kysely, sql } from 'kysely'
import { createTable, type Dialect, index, integerOf, ofClient } from './migration.js'

/** Logins on devices without a browser. Of the clients that are there, only the built-in one may ask for them. */
export async function addDeviceAuthorizations(db: Kysely<never>, dialect: Dialect): Promise<void> {
  const integer = integerOf(dialect)

  await db.schema.alterTable('clients').addColumn('device_scopes', 'text').execute()
  await sql`update clients set device_scopes = '"any"' where id = 'authcli'`.execute(db)

  await createTable(db, 'device_authorizations', dialect)
    .addColumn('device_code_hash', 'text', (column) => column.primaryKey())
    .addColumn('user_code_hash', 'text', (column) => column.notNull().unique())
    .addColumn('grant_id', 'text', (column) => column.notNull())
    .addColumn('client_id', 'text', ofClient)
    .addColumn('resource', 'text')
    .addColumn('scope', 'text', (column) => column.notNull())
    .addColumn('source', 'text', (column) => column.notNull())
    .addColumn('interval_seconds', integer, (column) => column.notNull())
    .addColumn('polled_at', integer)
    .addColumn('claimed_by', 'text')
    .addColumn('account_id', 'text', (column) => column.references('accounts.id').onDelete('cascade'))
    .addColumn('auth_time', integer)
    .addColumn('approved_at', integer)
    .addColumn('denied_at', integer)
    .addColumn('redeemed_at', integer)
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('expires_at', integer, (column) => column.notNull())
    .execute()

  for (const column of ['client_id', 'account_id', 'claimed_by', 'expires_at']) {
    await index(db, 'device_authorizations', column)
  }
}
