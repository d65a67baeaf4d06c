import { type Kysely, sql } from 'kysely'
import { createTable, type Dialect, index, integerOf, ofAccount } from './migration.js'

/** Sign-ins at other services, and whose account they lead to. */
export async function addProviders(db: Kysely<never>, dialect: Dialect): Promise<void> {
  const integer = integerOf(dialect)

  await createTable(db, 'providers', dialect)
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('label', 'text', (column) => column.notNull())
    .addColumn('issuer', 'text', (column) => column.notNull())
    .addColumn('client_id', 'text', (column) => column.notNull())
    .addColumn('encrypted_secret', 'text', (column) => column.notNull())
    .addColumn('scope', 'text', (column) => column.notNull())
    .addColumn('sign_up_rule', 'text')
    .addColumn('is_only_way', integer, (column) => column.notNull())
    .addColumn('created_at', integer, (column) => column.notNull())
    .execute()

  await createTable(db, 'identities', dialect)
    .addColumn('issuer', 'text', (column) => column.notNull())
    .addColumn('subject', 'text', (column) => column.notNull())
    .addColumn('account_id', 'text', ofAccount)
    .addColumn('email', 'text')
    .addColumn('linked_at', integer, (column) => column.notNull())
    .addColumn('last_used_at', integer, (column) => column.notNull())
    .addPrimaryKeyConstraint('identities_pkey', ['issuer', 'subject'])
    .execute()
  await index(db, 'identities', 'account_id')

  await createTable(db, 'provider_sign_ins', dialect)
    .addColumn('state_hash', 'text', (column) => column.primaryKey())
    .addColumn('provider', 'text', (column) =>
      column.notNull().references('providers.name').onDelete('cascade'),
    )
    .addColumn('browser', 'text', (column) => column.notNull())
    .addColumn('interaction', 'text', (column) => column.notNull())
    .addColumn('link_to_account_id', 'text', (column) => column.references('accounts.id').onDelete('cascade'))
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('expires_at', integer, (column) => column.notNull())
    .execute()
  for (const column of ['provider', 'link_to_account_id', 'expires_at']) {
    await index(db, 'provider_sign_ins', column)
  }
  // Somebody who comes from a provider for the first time is looked for by their address.
  await db.schema.createIndex('accounts_email').on('accounts').expression(sql`lower(email)`).execute()
}
