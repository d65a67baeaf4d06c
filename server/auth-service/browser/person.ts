import type { FastifyReply, FastifyRequest } from 'fastify'
import { offeredWays } from '../checks/offered-ways.js'
import type { Context } from '../context.js'
import { type Account, findAccount } from '../store/accounts.js'
import { findSignedIn, insertBrowserSession, removeBrowserSession } from '../store/browser-sessions.js'
import { moveDeviceClaims } from '../store/device-authorizations.js'
import { listProviders } from '../store/providers.js'
import { noteSecurityEvent } from '../store/security-events.js'
import type { Writer } from '../store/store.js'
import { createBrowserId, giveBrowserId, hashBrowserId, readBrowserId, takeBrowserId } from './browser-id.js'

/** Who is signed in in a browser, and since when (epoch milliseconds). */
export interface Person {
  account: Account
  authenticatedAt: number
}

/**
 * Who is signed in in the browser that sent this request. Nobody is whose account was disabled, or whose password was
 * changed since.
 */
export async function findPerson(context: Context, request: FastifyRequest): Promise<Person | undefined> {
  const browserId = readBrowserId(request, context)
  if (browserId === undefined) return undefined
  const person = await findSignedIn(context.store.read, hashBrowserId(browserId), context.now())
  if (person === undefined || person.account.disabled_at !== null) return undefined
  if (person.account.password_changed_at > person.authenticatedAt) return undefined
  return person
}

/** A sign-in that is to count in a browser. */
export interface SignIn extends Person {
  /** Whether they proved just now who they are; a provider at which they were signed in already may only say so. */
  isProven: boolean
  /** The name of the provider at which it happened; none for a password. */
  provider?: string | undefined
  /** The program that asked for it. */
  clientId?: string | undefined
}

/** The request of a browser, and the answer to it. */
export interface Exchange {
  request: FastifyRequest
  reply: FastifyReply
}

/**
 * Signs a person in in this browser after a password was checked: see `signInBrowserAs`.
 *
 * The account is looked at once more together with the write. An operator's clock is another one, and what it has
 * changed was perhaps not committed yet when the password was checked. So are the ways in.
 *
 * @param signIn as its password was checked.
 * @param options.beforehand what is written whether or not the sign-in counts.
 * @param options.alsoWrite what has to happen together with it; what it throws takes the sign-in back.
 * @returns the new id of the browser; undefined when the account was disabled or got another password since, or
 *   passwords are not taken any more.
 */
export async function signInBrowser(
  context: Context,
  signIn: Omit<SignIn, 'isProven'>,
  request: FastifyRequest,
  reply: FastifyReply,
  options: {
    beforehand?: (transaction: Writer) => Promise<void>
    alsoWrite?: (transaction: Writer) => Promise<void>
  } = {},
): Promise<string | undefined> {
  const { account } = signIn
  const result = await signInBrowserAs(context, { request, reply }, async (transaction) => {
    await options.beforehand?.(transaction)
    const current = await findAccount(transaction, account.id)
    const isAsBefore = current?.password_hash === account.password_hash && current.disabled_at === null
    const { takesPasswords } = offeredWays(await listProviders(transaction))
    if (!isAsBefore || !takesPasswords) return { refused: 'changed' }
    await options.alsoWrite?.(transaction)
    return { signIn: { ...signIn, isProven: true } }
  })
  return 'browserId' in result ? result.browserId : undefined
}

/**
 * Signs in, in this browser, whom a job finds in the same write; or nobody, where the job says so. The browser gets a new
 * id: one that somebody planted before is worth nothing afterwards. Whoever was signed in there is not any more; a device
 * whose code was entered there stays with the browser. The person will see it among the security events.
 */
export async function signInBrowserAs<S extends SignIn, R extends { refused: string }>(
  context: Context,
  { request, reply }: Exchange,
  find: (transaction: Writer) => Promise<{ signIn: S } | R>,
): Promise<{ signIn: S; browserId: string } | R> {
  const { settings, store } = context
  const oldBrowserId = readBrowserId(request, context)
  const now = context.now()
  const browserId = createBrowserId(now)
  const result = await store.write(async (transaction) => {
    const found = await find(transaction)
    if (!('signIn' in found)) return found
    const { account, authenticatedAt, isProven, provider, clientId } = found.signIn
    if (oldBrowserId !== undefined) await removeBrowserSession(transaction, hashBrowserId(oldBrowserId))
    if (oldBrowserId !== undefined) {
      const [from, to] = [hashBrowserId(oldBrowserId), hashBrowserId(browserId)]
      await moveDeviceClaims(transaction, { from, to })
    }
    await insertBrowserSession(transaction, {
      id_hash: hashBrowserId(browserId),
      account_id: account.id,
      authenticated_at: authenticatedAt,
      created_at: now,
      expires_at: now + settings.browserSessionSeconds * 1000,
      is_proven: isProven ? 1 : 0,
    })
    await noteSecurityEvent(transaction, {
      accountId: account.id,
      kind: 'signed-in',
      at: now,
      source: request.ip,
      clientId,
      provider,
    })
    return { signIn: found.signIn, browserId }
  })
  if ('browserId' in result) giveBrowserId(reply, context, browserId, settings.browserSessionSeconds)
  return result
}

/** Signs out whoever is signed in in this browser. */
export async function signOutBrowser(
  context: Context,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const browserId = readBrowserId(request, context)
  if (browserId === undefined) return
  await context.store.write((transaction) => removeBrowserSession(transaction, hashBrowserId(browserId)))
  takeBrowserId(reply, context)
}
