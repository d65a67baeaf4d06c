import type { AccountsTable } from './schema.js'
import type { Reader, Writer } from './store.js'

export type Account = AccountsTable

/** The form in which usernames are stored and compared: trimmed, NFC, lower case. */
export function canonicalUsername(username: string): string {
  return username.trim().normalize('NFC').toLowerCase()
}

export async function findAccount(db: Reader, id: string): Promise<Account | undefined> {
  return db.selectFrom('accounts').selectAll().where('id', '=', id).executeTakeFirst()
}

export async function findAccountByUsername(db: Reader, username: string): Promise<Account | undefined> {
  return db
    .selectFrom('accounts')
    .selectAll()
    .where('username', '=', canonicalUsername(username))
    .executeTakeFirst()
}

export async function listAccounts(db: Reader): Promise<Account[]> {
  return db.selectFrom('accounts').selectAll().orderBy('username').execute()
}

/** @throws the database's unique violation when the username is taken. */
export async function insertAccount(db: Writer, account: Account): Promise<void> {
  await db.insertInto('accounts').values(account).execute()
}

export async function disableAccount(db: Writer, id: string, now: number): Promise<void> {
  await db.updateTable('accounts').set({ disabled_at: now }).where('id', '=', id).execute()
}

/** Lets a disabled account sign in again. */
export async function enableAccount(db: Writer, id: string): Promise<void> {
  await db.updateTable('accounts').set({ disabled_at: null }).where('id', '=', id).execute()
}

export async function setPasswordHash(
  db: Writer,
  id: string,
  passwordHash: string,
  now: number,
): Promise<void> {
  await db
    .updateTable('accounts')
    .set({ password_hash: passwordHash, password_changed_at: now })
    .where('id', '=', id)
    .execute()
}
