import { offeredWays } from './checks/offered-ways.js'
import { PageError } from './checks/page-error.js'
import type { Context } from './context.js'
import { signInWithPassword } from './password-sign-in.js'
import { PasswordsBusyError } from './passwords.js'
import { TooManyFailuresError } from './sign-in-throttle.js'
import type { Account } from './store/accounts.js'
import type { EndedGrant } from './store/grants.js'
import { changePassword } from './store/password-changes.js'
import { listProviders } from './store/providers.js'
import type { Writer } from './store/store.js'

/** @throws PageError `password-not-taken` where a provider is the only way in. */
export async function requirePasswordsTaken(
  { store }: Pick<Context, 'store'>,
  goOnAt: string,
): Promise<void> {
  const { takesPasswords } = offeredWays(await listProviders(store.read))
  if (!takesPasswords) throw new PageError('password-not-taken', { goOnAt })
}

/**
 * Whether what a person typed is the password that they have. It is a sign-in like any other: guessing is counted, and
 * among the security events.
 *
 * @returns why not, for the log; undefined when it is.
 * @throws PageError `too-many-failures`, `busy`
 */
export async function whyNotCurrentPassword(
  context: Context,
  { username }: Account,
  { password, ip, goOnAt }: { password: string; ip: string; goOnAt: string },
): Promise<string | undefined> {
  const result = await signInWithPassword(context, { username, password, ip }).catch((error: unknown) => {
    throw asPageError(error, goOnAt)
  })
  if ('refused' in result) return result.refused
  await context.store.write(result.succeeded)
  return undefined
}

/** @throws PageError `busy` */
export async function hashNewPassword(
  { passwords }: Pick<Context, 'passwords'>,
  password: string,
  goOnAt: string,
): Promise<string> {
  return passwords.hash(password).catch((error: unknown) => {
    throw asPageError(error, goOnAt)
  })
}

/**
 * Gives a person another password, unless they got one elsewhere since they proved the one they had. Answers the logins
 * that have ended, and undefined if nothing was changed.
 *
 * @param account as it is in the same write.
 * @param change.passwordHashBefore the one that they proved; null for who had none.
 */
export async function changeOwnPassword(
  transaction: Writer,
  account: Account,
  change: { passwordHashBefore: string | null; passwordHash: string; source: string; now: number },
): Promise<EndedGrant[] | undefined> {
  const { passwordHashBefore, ...next } = change
  if (account.password_hash !== passwordHashBefore) return undefined
  const { takesPasswords } = offeredWays(await listProviders(transaction))
  if (!takesPasswords) return undefined
  return changePassword(transaction, { accountId: account.id, kind: 'password-changed', ...next })
}

function asPageError(error: unknown, goOnAt: string): unknown {
  const isThrottled = error instanceof TooManyFailuresError
  if (!isThrottled && !(error instanceof PasswordsBusyError)) return error
  const { retryAfterSeconds } = error
  return new PageError(isThrottled ? 'too-many-failures' : 'busy', { goOnAt, retryAfterSeconds })
}
