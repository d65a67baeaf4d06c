import { type EndedGrant, findGrant } from './store/grants.js'
import { endLogin, endLoginsOfAccount } from './store/logins.js'
import { removeOwnBrowserSession } from './store/own-sign-ins.js'
import { noteSecurityEvent } from './store/security-events.js'
import type { Writer } from './store/store.js'

/** A person who ends something of theirs, from an address. */
interface OwnEnd {
  accountId: string
  source: string
  now: number
}

/** Ends one login of a program, if it is this person's; answers it, unless it had ended before. */
export async function endOwnLogin(
  transaction: Writer,
  { accountId, grantId, reason, source, now }: OwnEnd & { grantId: string; reason: string },
): Promise<EndedGrant[]> {
  const grant = await findGrant(transaction, grantId)
  if (grant === undefined || grant.accountId !== accountId) return []
  const wasAlive = await endLogin(transaction, grant, { kind: 'login-ended', reason, source, now })
  return wasAlive ? [grant] : []
}

/** Signs this person out of one browser; answers whether they were signed in there. */
export async function endOwnBrowser(
  transaction: Writer,
  { accountId, idHash, source, now }: OwnEnd & { idHash: string },
): Promise<boolean> {
  const wasSignedIn = await removeOwnBrowserSession(transaction, { accountId, idHash })
  if (wasSignedIn) await noteSecurityEvent(transaction, { accountId, kind: 'login-ended', at: now, source })
  return wasSignedIn
}

/**
 * Ends every login of this person, whether the page that they looked at has shown it or not; answers those of programs.
 *
 * @param end.exceptBrowser the hash of the id of a browser in which they stay signed in.
 */
export async function endEverywhere(
  transaction: Writer,
  {
    accountId,
    exceptBrowser,
    reason,
    source,
    now,
  }: OwnEnd & {
    exceptBrowser: string | undefined
    reason: string
  },
): Promise<EndedGrant[]> {
  await noteSecurityEvent(transaction, { accountId, kind: 'signed-out-everywhere', at: now, source })
  return endLoginsOfAccount(transaction, accountId, reason, now, { exceptBrowser })
}
