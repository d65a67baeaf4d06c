import type { BrowserSessionsTable } from './schema.js'
import type { Reader, Writer } from './store.js'

export type BrowserSession = BrowserSessionsTable

export async function findBrowserSession(
  db: Reader,
  idHash: string,
  now: number,
): Promise<BrowserSession | undefined> {
  return db
    .selectFrom('browser_sessions')
    .selectAll()
    .where('id_hash', '=', idHash)
    .where('expires_at', '>', now)
    .executeTakeFirst()
}

export async function insertBrowserSession(db: Writer, session: BrowserSession): Promise<void> {
  await db.insertInto('browser_sessions').values(session).execute()
}

export async function removeBrowserSession(db: Writer, idHash: string): Promise<void> {
  await db.deleteFrom('browser_sessions').where('id_hash', '=', idHash).execute()
}

export async function removeBrowserSessionsOfAccount(db: Writer, accountId: string): Promise<void> {
  await db.deleteFrom('browser_sessions').where('account_id', '=', accountId).execute()
}
