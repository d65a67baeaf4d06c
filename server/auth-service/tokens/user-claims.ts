import type { Account } from '../store/accounts.js'

/** What the scopes of a grant let a client know about a person, in OpenID Connect's names. */
export interface UserClaims {
  sub: string
  name?: string
  preferred_username?: string
  email?: string
}

/**
 * The claims for the userinfo endpoint and the ID token: `profile` gives name and username, `email` the address.
 * @param scope the granted scopes, separated by spaces.
 * @see OpenID Connect Core §5.4
 */
export function userClaims(account: Account, scope: string): UserClaims {
  const scopes = new Set(scope.split(' '))
  return {
    sub: account.id,
    ...(scopes.has('profile') ? { name: account.name, preferred_username: account.username } : {}),
    ...(scopes.has('email') && account.email !== null ? { email: account.email } : {}),
  }
}
