import type { Account } from '../store/accounts.js'

/** What is known when somebody comes from a provider whom no account is linked to. */
export interface FirstSignIn {
  /** The accounts with the address that the provider has verified; none where it has verified none. */
  accountsWithAddress: readonly Pick<Account, 'id' | 'email_verified_at'>[]
  /** Whether the provider's rule lets them have an account. */
  mayHaveAccount: boolean
}

/** Whose account it becomes: this one; a new one; or that of whoever proves to have one, by signing in to it. */
export type FirstSignInDecision = { linkTo: string } | 'new-account' | 'sign-in-first'

/**
 * Decides whose account a new identity belongs to. An address says so only where both sides have verified it: one that
 * the provider hasn't is not looked at, and one that nobody has verified here may have been written by somebody else,
 * before its owner came. Nor is a second account made beside one with the same address.
 *
 * @see OpenID Connect Core §5.7
 */
export function decideFirstSignIn({ accountsWithAddress, mayHaveAccount }: FirstSignIn): FirstSignInDecision {
  const verified = accountsWithAddress.filter(({ email_verified_at }) => email_verified_at !== null)
  const [account] = verified
  if (account !== undefined && verified.length === 1) return { linkTo: account.id }
  return mayHaveAccount && accountsWithAddress.length === 0 ? 'new-account' : 'sign-in-first'
}
