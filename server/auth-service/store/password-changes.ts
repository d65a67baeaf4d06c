import { setPasswordHash } from './accounts.js'
import type { EndedGrant } from './grants.js'
import { endLoginsOfAccount } from './logins.js'
import { noteSecurityEvent } from './security-events.js'
import type { Writer } from './store.js'

/** Why the grants of before have ended, in the log. */
export const PASSWORD_CHANGED = 'password changed'

/**
 * Gives an account another password: every login ends, in every browser and of every program, and so does every link by
 * which a password could be chosen. Answers the grants that were alive.
 *
 * @param change.kind what the person will see among their security events.
 * @param change.source the address of the person; none for an operator.
 */
export async function changePassword(
  db: Writer,
  change: {
    accountId: string
    passwordHash: string
    kind: 'password-changed' | 'password-link-used'
    source?: string | undefined
    now: number
  },
): Promise<EndedGrant[]> {
  const { accountId, passwordHash, kind, source, now } = change
  await setPasswordHash(db, accountId, passwordHash, now)
  await noteSecurityEvent(db, { accountId, kind, at: now, source })
  return endLoginsOfAccount(db, accountId, PASSWORD_CHANGED, now)
}
