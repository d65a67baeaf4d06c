import { removeUnredeemedCodesOfAccount } from './authorization-codes.js'
import { removeBrowserSessionsOfAccount } from './browser-sessions.js'
import { revokeGrantsOfAccount } from './grants.js'
import type { Writer } from './store.js'

/**
 * Ends everything by which somebody is logged in as this account: browsers, codes on their way, and grants with
 * all their tokens. Answers how many grants were alive.
 */
export async function endAllLogins(
  db: Writer,
  accountId: string,
  reason: string,
  now: number,
): Promise<number> {
  await removeBrowserSessionsOfAccount(db, accountId)
  await removeUnredeemedCodesOfAccount(db, accountId)
  return (await revokeGrantsOfAccount(db, accountId, reason, now)).length
}
