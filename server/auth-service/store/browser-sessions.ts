import { prepareQuery } from './prepared-query.js'
import { readTogether } from './read-together.js'
import type { AccountsTable, BrowserSessionsTable } from './schema.js'
import type { Reader, Writer } from './store.js'

export type BrowserSession = BrowserSessionsTable

const byIdHash = prepareQuery((db, { idHash, now }: { idHash: string; now: number }) =>
  db
    .selectFrom('browser_sessions')
    .selectAll()
    .where('id_hash', '=', idHash)
    .where('expires_at', '>', now)
    .limit(1),
)

export async function findBrowserSession(
  db: Reader,
  idHash: string,
  now: number,
): Promise<BrowserSession | undefined> {
  const [session] = (await byIdHash(db, { idHash, now })).rows
  return session
}

const signedIn = prepareQuery((db, idHashes: readonly string[]) =>
  db
    .selectFrom('browser_sessions')
    .innerJoin('accounts', 'accounts.id', 'browser_sessions.account_id')
    .selectAll('accounts')
    .select(['browser_sessions.id_hash', 'browser_sessions.authenticated_at', 'browser_sessions.expires_at'])
    .where('browser_sessions.id_hash', 'in', idHashes),
)

const findSession = readTogether(async (db, idHashes) => {
  const { rows } = await signedIn(db, idHashes)
  return new Map(rows.map((row) => [row.id_hash, row]))
})

/** The account that is signed in in a browser, and since when, whatever has happened to the account. */
export async function findSignedIn(
  db: Reader,
  idHash: string,
  now: number,
): Promise<{ account: AccountsTable; authenticatedAt: number } | undefined> {
  const row = await findSession(db, idHash)
  if (row === undefined || row.expires_at <= now) return undefined
  const { id_hash: _, expires_at: __, authenticated_at: authenticatedAt, ...account } = row
  return { account, authenticatedAt }
}

const bySignIn = prepareQuery(
  (db, { accountId, authenticatedAt }: { accountId: string; authenticatedAt: number }) =>
    db
      .selectFrom('browser_sessions')
      .select('id_hash')
      .where('account_id', '=', accountId)
      .where('authenticated_at', '=', authenticatedAt)
      .limit(1),
)

/** Whether a person who signed in at this instant still is, in whichever browser it was. */
export async function isStillSignedIn(
  db: Reader,
  signIn: { accountId: string; authenticatedAt: number },
): Promise<boolean> {
  return (await bySignIn(db, signIn)).rows.length > 0
}

const insert = prepareQuery((db, session: BrowserSession) =>
  db.insertInto('browser_sessions').values(session),
)

export async function insertBrowserSession(db: Writer, session: BrowserSession): Promise<void> {
  await insert(db, session)
}

const remove = prepareQuery((db, { idHash }: { idHash: string }) =>
  db.deleteFrom('browser_sessions').where('id_hash', '=', idHash),
)

export async function removeBrowserSession(db: Writer, idHash: string): Promise<void> {
  await remove(db, { idHash })
}

export async function removeBrowserSessionsOfAccount(db: Writer, accountId: string): Promise<void> {
  await db.deleteFrom('browser_sessions').where('account_id', '=', accountId).execute()
}
