import { offeredWays } from './checks/offered-ways.js'
import type { Context } from './context.js'
import { beginSignInAttempt } from './sign-in-throttle.js'
import type { Account } from './store/accounts.js'
import { listProviders } from './store/providers.js'
import type { Writer } from './store/store.js'

/** What a person typed, and where the request came from. */
export interface PasswordSignIn {
  username: string
  password: string
  ip: string
}

/**
 * Who somebody proved to be, and when (epoch milliseconds); or why not, for the audit log only. The sign-in counts as
 * failed until `succeeded` is called in a write: in that of what it leads to.
 */
export type PasswordSignInResult =
  | { account: Account; authenticatedAt: number; succeeded(transaction: Writer): Promise<void> }
  | {
      refused: 'unknown-account' | 'wrong-password' | 'account-disabled' | 'password-not-taken'
      accountId?: string
    }

/**
 * Checks a username and a password. The only way to a password check, so that guessing is counted on every path. An
 * unknown account, a disabled one and a wrong password take the same time. Where a provider is the only way in, no password
 * is looked at.
 *
 * @throws TooManyFailuresError, PasswordsBusyError: the password was not looked at.
 */
export async function signInWithPassword(
  context: Pick<Context, 'store' | 'settings' | 'passwords' | 'now'>,
  { username, password, ip }: PasswordSignIn,
): Promise<PasswordSignInResult> {
  const { takesPasswords } = offeredWays(await listProviders(context.store.read))
  if (!takesPasswords) return { refused: 'password-not-taken' }
  const attempt = await beginSignInAttempt(context, { username, ip })
  // Its start and not its end: a password that is changed while we look at the old one ends this sign-in too.
  const { account, startedAt: authenticatedAt } = attempt
  let isRight: boolean
  try {
    isRight = await context.passwords.verify(account?.password_hash, password)
  } catch (error) {
    await attempt.abandoned()
    throw error
  }
  if (account === undefined) return { refused: 'unknown-account' }
  if (!isRight) return { refused: 'wrong-password', accountId: account.id }
  if (account.disabled_at !== null) return { refused: 'account-disabled', accountId: account.id }
  return { account, authenticatedAt, succeeded: attempt.succeeded }
}
