import { prepareQuery } from './prepared-query.js'
import { readTogether } from './read-together.js'
import type { AccountsTable } from './schema.js'
import type { Reader, Writer } from './store.js'

export type Account = AccountsTable

/** The form in which usernames are stored and compared: trimmed, NFC, lower case. */
export function canonicalUsername(username: string): string {
  return username.trim().normalize('NFC').toLowerCase()
}

const byId = prepareQuery((db, ids: readonly string[]) =>
  db.selectFrom('accounts').selectAll().where('id', 'in', ids),
)

export const findAccount = readTogether(async (db, ids) => {
  const { rows } = await byId(db, ids)
  return new Map(rows.map((account) => [account.id, account]))
})

const byUsername = prepareQuery((db, { username }: { username: string }) =>
  db.selectFrom('accounts').selectAll().where('username', '=', username).limit(1),
)

export async function findAccountByUsername(db: Reader, username: string): Promise<Account | undefined> {
  const [account] = (await byUsername(db, { username: canonicalUsername(username) })).rows
  return account
}

/**
 * Those with this address, in whichever case it is written. Only ASCII letters are the same in both
 * cases: beyond them, addresses of different people would be.
 */
export async function findAccountsByEmail(db: Reader, email: string): Promise<Account[]> {
  const address = asciiLowerCase(email)
  const rows = await db
    .selectFrom('accounts')
    .selectAll()
    .where((where) => where(where.fn<string>('lower', ['email']), '=', address))
    .execute()
  // What is lower case is for PostgreSQL to say, by its locale.
  return rows.filter((row) => row.email !== null && asciiLowerCase(row.email) === address)
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

function asciiLowerCase(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}
