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

/** Whether a person who signed in at this instant still is, in whichever browser it was. */
export async function isStillSignedIn(
  db: Reader,
  { accountId, authenticatedAt }: { accountId: string; authenticatedAt: number },
): Promise<boolean> {
  const row = await db
    .selectFrom('browser_sessions')
    .select('id_hash')
    .where('account_id', '=', accountId)
    .where('authenticated_at', '=', authenticatedAt)
    .executeTakeFirst()
  return row !== undefined
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
