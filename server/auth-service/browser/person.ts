import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Context } from '../context.js'
import { type Account, findAccount } from '../store/accounts.js'
import { findBrowserSession, insertBrowserSession, removeBrowserSession } from '../store/browser-sessions.js'
import { moveDeviceClaims } from '../store/device-authorizations.js'
import { noteSecurityEvent } from '../store/security-events.js'
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
  const session = await findBrowserSession(context.store.read, hashBrowserId(browserId), context.now())
  const account = session && (await findAccount(context.store.read, session.account_id))
  if (session === undefined || account === undefined || account.disabled_at !== null) return undefined
  if (account.password_changed_at > session.authenticated_at) return undefined
  return { account, authenticatedAt: session.authenticated_at }
}

/** A sign-in that is to count in a browser. */
export interface SignIn extends Person {
  /** The name of the provider at which it happened; none for a password. */
  provider?: string | undefined
  /** The program that asked for it. */
  clientId?: string | undefined
}

/**
 * Signs a person in in this browser, under a new id: one that somebody planted before is worth nothing afterwards.
 * Whoever was signed in there is not any more; a device whose code was entered there stays with the browser. The person
 * will see it among the security events.
 *
 * The account is looked at once more together with the write. An operator's clock is another one, and what it has
 * changed was perhaps not committed yet when the password was checked.
 *
 * @param person as its password was checked.
 * @returns the new id of the browser; undefined when the account was disabled or got another password since.
 */
export async function signInBrowser(
  context: Context,
  { account, authenticatedAt, provider, clientId }: SignIn,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<string | undefined> {
  const { settings, store } = context
  const oldBrowserId = readBrowserId(request, context)
  const browserId = createBrowserId()
  const now = context.now()
  const isSignedIn = await store.write(async (transaction) => {
    const current = await findAccount(transaction, account.id)
    if (current?.password_hash !== account.password_hash || current.disabled_at !== null) return false
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
    })
    await noteSecurityEvent(transaction, {
      accountId: account.id,
      kind: 'signed-in',
      at: now,
      source: request.ip,
      clientId,
      provider,
    })
    return true
  })
  if (!isSignedIn) return undefined
  giveBrowserId(reply, context, browserId, settings.browserSessionSeconds)
  return browserId
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
