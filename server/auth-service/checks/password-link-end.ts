import type { Account } from '../store/accounts.js'
import type { PasswordLink } from '../store/password-links.js'

/** Why a link leads to a password no more, in words for the log; undefined while it does. */
export function whyPasswordLinkEnded(
  link: Pick<PasswordLink, 'used_at' | 'expires_at'>,
  account: Pick<Account, 'disabled_at'>,
  now: number,
): string | undefined {
  if (link.used_at !== null) return 'the link was used'
  if (now >= link.expires_at) return 'the link is too old'
  if (account.disabled_at !== null) return 'the account is disabled'
  return undefined
}
