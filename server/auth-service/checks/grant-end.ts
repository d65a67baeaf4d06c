import type { Settings } from '../settings.js'
import type { Account } from '../store/accounts.js'
import type { Grant } from '../store/grants.js'

/**
 * Why a grant and everything issued from it is over, in words for the log; undefined while it is not. A grant ends
 * when it is revoked, and when its account is disabled or gets another password than the one that was proven.
 */
export function whyGrantEnded(
  grant: Pick<Grant, 'revokedAt' | 'revokedReason' | 'authTime'>,
  account: Account,
): string | undefined {
  if (grant.revokedAt !== null) return `the grant was revoked: ${grant.revokedReason}`
  if (account.disabled_at !== null) return 'the account is disabled'
  if (account.password_changed_at > grant.authTime) return 'the password was changed after the sign-in'
  return undefined
}

/**
 * Why a grant gives no more tokens, in words for the log; undefined while it does. Besides what ends a grant, that is
 * its age, and how long it has not been used. Access tokens that are out already live to their own end.
 *
 * @see RFC 9700 §4.14.2
 */
export function whyRefreshEnded(
  grant: Pick<Grant, 'revokedAt' | 'revokedReason' | 'authTime' | 'createdAt' | 'lastUsedAt'>,
  account: Account,
  settings: Pick<Settings, 'grantIdleSeconds' | 'grantAbsoluteSeconds'>,
  now: number,
): string | undefined {
  if (now >= grant.createdAt + settings.grantAbsoluteSeconds * 1000) return 'the grant is too old'
  if (now >= grant.lastUsedAt + settings.grantIdleSeconds * 1000) return 'the grant was not used for too long'
  return whyGrantEnded(grant, account)
}
