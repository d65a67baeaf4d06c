import { type Kysely, sql } from 'kysely'
import { type Dialect, integerOf } from './migration.js'

/** Accounts without a password, for people who sign in at a provider or have not chosen one yet; proven addresses. */
export async function addPasswordlessAccounts(db: Kysely<never>, dialect: Dialect): Promise<void> {
  // SQLite can't take NOT NULL from a column; making the table anew would take every row that refers to it along.
  await db.schema.alterTable('accounts').renameColumn('password_hash', 'required_password_hash').execute()
  await db.schema.alterTable('accounts').addColumn('password_hash', 'text').execute()
  await sql`update accounts set password_hash = required_password_hash`.execute(db)
  await db.schema.alterTable('accounts').dropColumn('required_password_hash').execute()
  await db.schema.alterTable('accounts').addColumn('email_verified_at', integerOf(dialect)).execute()
}
