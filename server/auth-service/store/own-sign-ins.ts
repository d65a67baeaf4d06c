import type { BrowserSession } from './browser-sessions.js'
import type { Grant } from './grants.js'
import type { Reader, Writer } from './store.js'

/** A login of a program, as its person is shown it. */
export type OwnLogin = Pick<
  Grant,
  | 'id'
  | 'clientId'
  | 'scope'
  | 'authTime'
  | 'createdAt'
  | 'lastUsedAt'
  | 'revokedAt'
  | 'revokedReason'
  | 'deviceName'
  | 'source'
> & { clientName: string }

/** The logins of an account that nobody has ended, the last used first. */
export async function listOwnLogins(
  db: Reader,
  accountId: string,
  { limit }: { limit: number },
): Promise<OwnLogin[]> {
  return db
    .selectFrom('grants')
    .innerJoin('clients', 'clients.id', 'grants.client_id')
    .select([
      'grants.id as id',
      'grants.client_id as clientId',
      'clients.name as clientName',
      'grants.scope as scope',
      'grants.auth_time as authTime',
      'grants.created_at as createdAt',
      'grants.last_used_at as lastUsedAt',
      'grants.revoked_at as revokedAt',
      'grants.revoked_reason as revokedReason',
      'grants.device_name as deviceName',
      'grants.source as source',
    ])
    .where('grants.account_id', '=', accountId)
    .where('grants.revoked_at', 'is', null)
    .orderBy('grants.last_used_at', 'desc')
    .orderBy('grants.id')
    .limit(limit)
    .execute()
}

/** The browsers in which somebody is signed in, the newest sign-in first. */
export async function listOwnBrowsers(
  db: Reader,
  accountId: string,
  { now, limit }: { now: number; limit: number },
): Promise<BrowserSession[]> {
  return db
    .selectFrom('browser_sessions')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('expires_at', '>', now)
    .orderBy('created_at', 'desc')
    .orderBy('id_hash')
    .limit(limit)
    .execute()
}

/** Signs an account out of one browser; answers whether it was signed in there. */
export async function removeOwnBrowserSession(
  db: Writer,
  { accountId, idHash }: { accountId: string; idHash: string },
): Promise<boolean> {
  const result = await db
    .deleteFrom('browser_sessions')
    .where('id_hash', '=', idHash)
    .where('account_id', '=', accountId)
    .executeTakeFirst()
  return result.numDeletedRows === 1n
}

/** Signs an account out of every browser but one. */
export async function removeOtherBrowserSessions(
  db: Writer,
  { accountId, idHash }: { accountId: string; idHash: string },
): Promise<void> {
  await db
    .deleteFrom('browser_sessions')
    .where('account_id', '=', accountId)
    .where('id_hash', '!=', idHash)
    .execute()
}
