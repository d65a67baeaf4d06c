import { OperatorError } from '../../operator-error.js'
import { type Account, findAccountByUsername } from '../../store/accounts.js'
import type { Store } from '../../store/store.js'

/** The account of a username. @throws OperatorError when there is none. */
export async function requireAccount(store: Store, username: string): Promise<Account> {
  const account = await findAccountByUsername(store.read, username)
  if (account === undefined) {
    throw new OperatorError(`there is no account ${username}`, {
      hint: 'see them all with `auth-service accounts list`',
    })
  }
  return account
}
