import { removeUnredeemedCodes } from './authorization-codes.js'
import { removeBrowserSessionsOfAccount } from './browser-sessions.js'
import { removeConsentsForResource } from './consents.js'
import { removeUnredeemedDeviceAuthorizations } from './device-authorizations.js'
import { type EndedGrant, revokeGrant, revokeGrants } from './grants.js'
import { removeOtherBrowserSessions } from './own-sign-ins.js'
import { removePasswordLinksOfAccount } from './password-links.js'
import { noteSecurityEvent } from './security-events.js'
import type { Writer } from './store.js'

/**
 * Ends one login of a program, and lets its person see that. Answers whether it was alive until now; what ends a second
 * time is nothing to be seen.
 *
 * @param end.source the address that asked for it, or showed the token of another.
 */
export async function endLogin(
  db: Writer,
  { id, accountId, clientId }: EndedGrant,
  end: { kind: 'login-ended' | 'reuse-found'; reason: string; source: string; now: number },
): Promise<boolean> {
  const { kind, reason, source, now } = end
  const wasAlive = await revokeGrant(db, id, reason, now)
  if (wasAlive) await noteSecurityEvent(db, { accountId, kind, at: now, source, clientId })
  return wasAlive
}

/**
 * Ends everything by which somebody is logged in as this account, or would soon be: browsers, codes and device logins
 * on their way, links for choosing a password, and grants with all their tokens. Answers the grants that were alive.
 *
 * @param options.exceptBrowser the hash of the id of a browser in which the person stays signed in.
 */
export async function endLoginsOfAccount(
  db: Writer,
  accountId: string,
  reason: string,
  now: number,
  { exceptBrowser }: { exceptBrowser?: string | undefined } = {},
): Promise<EndedGrant[]> {
  const own = { column: 'account_id', value: accountId } as const
  if (exceptBrowser === undefined) await removeBrowserSessionsOfAccount(db, accountId)
  else await removeOtherBrowserSessions(db, { accountId, idHash: exceptBrowser })
  await removeUnredeemedCodes(db, own)
  await removeUnredeemedDeviceAuthorizations(db, own)
  await removePasswordLinksOfAccount(db, accountId)
  return revokeGrants(db, own, reason, now)
}

/**
 * Ends everything that was allowed for this resource: codes and device logins on their way, grants with all their
 * tokens, and what people have agreed to, which must not count for whoever is registered there next. Answers the grants
 * that were alive.
 */
export async function endLoginsForResource(
  db: Writer,
  resource: string,
  reason: string,
  now: number,
): Promise<EndedGrant[]> {
  const own = { column: 'resource', value: resource } as const
  await removeUnredeemedCodes(db, own)
  await removeUnredeemedDeviceAuthorizations(db, own)
  await removeConsentsForResource(db, resource)
  return revokeGrants(db, own, reason, now)
}
