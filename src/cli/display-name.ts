import type { SessionAccount } from '../session/session.js'

/** What a person is called in one word: the first of their names that the AuthService gave. */
export function displayName(account: SessionAccount): string {
  return account.username ?? account.email ?? account.name ?? account.subject
}
