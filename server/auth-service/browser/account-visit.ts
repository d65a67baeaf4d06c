import { randomUUID } from 'node:crypto'
import { offeredWays } from '../checks/offered-ways.js'
import { PageError } from '../checks/page-error.js'
import type { RequestParameters } from '../checks/request-parameters.js'
import type { Context } from '../context.js'
import { type AccountPage, ENDPOINT_PATHS } from '../endpoint-urls.js'
import { formOf } from '../form-requests.js'
import { pagePath } from '../pages/page-path.js'
import { type Account, findAccount } from '../store/accounts.js'
import { findBrowserSession } from '../store/browser-sessions.js'
import { listProviders } from '../store/providers.js'
import type { Writer } from '../store/store.js'
import { ensureBrowserId, hashBrowserId, readBrowserId } from './browser-id.js'
import { type Interaction, interactionPath, readPageParameters } from './interaction.js'
import { formToken, requireFormToken, requireOwnPage } from './own-form.js'
import { type Exchange, findPerson } from './person.js'

/**
 * Whoever changes how they get in has signed in, in this browser, at most so long ago: a browser that somebody left open
 * is not enough. Long enough to look around.
 */
const RECENT_SIGN_IN_MINUTES = 15

/** The page of the providers, which open the account. */
export const PROVIDERS_VISIT: AccountVisitOptions = {
  page: 'accountProviders',
  needsRecentSignIn: () => true,
}

/** Which page of one's own is meant. */
export interface AccountVisitOptions {
  page: AccountPage
  /** Whether the sign-in has to be a recent one; it may depend on who it is. */
  needsRecentSignIn?: (account: Account) => boolean
}

/** Somebody on a page of their own. */
export interface AccountVisit extends Exchange {
  page: AccountPage
  account: Account
  browserId: string
  /** The value of the hidden field `token`. */
  token: string
}

/** The same, with the form that they sent. */
export interface AccountForm extends AccountVisit {
  parameters: RequestParameters
}

/** Finds who looks at a page of their own. Whoever has to sign in first is sent there, and the answer is undefined. */
export async function openAccountPage(
  context: Context,
  exchange: Exchange,
  { page, needsRecentSignIn = () => false }: AccountVisitOptions,
): Promise<AccountVisit | undefined> {
  const { settings, store, now } = context
  const { request } = exchange
  const person = await findPerson(context, request)
  const browserId = readBrowserId(request, context)
  if (person === undefined || browserId === undefined) return askToSignIn(context, exchange, page)
  const { account } = person
  if (needsRecentSignIn(account)) {
    const session = await findBrowserSession(store.read, hashBrowserId(browserId), now())
    const isRecent = session !== undefined && session.created_at > now() - RECENT_SIGN_IN_MINUTES * 60_000
    const needsProof = await canProve(context, account)
    if (!isRecent || (needsProof && session.is_proven === 0)) {
      return askToSignIn(context, exchange, page, { needsProof })
    }
  }
  return { ...exchange, page, account, browserId, token: formToken(settings.secret, browserId) }
}

/**
 * Opens the form of such a page, which this browser got from us. Whoever has to sign in first is sent there, and the form
 * does nothing.
 *
 * @throws PageError when the form isn't ours.
 */
export async function openAccountForm(
  context: Context,
  exchange: Exchange,
  options: AccountVisitOptions,
): Promise<AccountForm | undefined> {
  const { issuer, secret } = context.settings
  const { request } = exchange
  const goOnAt = accountPath(context, options.page)
  requireOwnPage(request.headers, issuer)
  const parameters = readPageParameters(formOf(request))
  const browserId = readBrowserId(request, context)
  if (browserId === undefined) throw new PageError('cookie-missing', { goOnAt })
  requireFormToken(secret, browserId, parameters.get('token'), goOnAt)
  const visit = await openAccountPage(context, exchange, options)
  return visit && { ...visit, parameters }
}

/**
 * Writes what a person changes, if they are still signed in when it is written. Whoever was signed out meanwhile is sent
 * to sign in, nothing is written, and the answer is undefined.
 */
export async function writeAsPerson<T extends object>(
  context: Context,
  visit: AccountVisit,
  change: (transaction: Writer, own: { account: Account; now: number }) => Promise<T>,
): Promise<T | undefined> {
  const now = context.now()
  const changed = await context.store.write(async (transaction) => {
    const session = await findBrowserSession(transaction, hashBrowserId(visit.browserId), now)
    const account = session && (await findAccount(transaction, session.account_id))
    return account?.id === visit.account.id ? change(transaction, { account, now }) : undefined
  })
  return changed ?? askToSignIn(context, visit, visit.page)
}

/** What goes with the browser while the person signs in, or links a provider, and then leads back to the page. */
export function accountInteraction(
  { now }: Pick<Context, 'now'>,
  { page, browserId, linkToAccountId }: { page: AccountPage; browserId: string; linkToAccountId?: string },
): Interaction {
  return {
    id: randomUUID(),
    startedAt: now(),
    kind: 'account',
    accountPage: page,
    query: '',
    browser: hashBrowserId(browserId),
    isSignedIn: linkToAccountId !== undefined,
    ...(linkToAccountId !== undefined && { linkToAccountId }),
  }
}

/**
 * Whether somebody can be asked for more than a way through a provider: not every provider can prove a new sign-in, and
 * nobody is to be locked out of what they have linked.
 */
async function canProve({ store }: Pick<Context, 'store'>, { password_hash }: Account): Promise<boolean> {
  return password_hash !== null && offeredWays(await listProviders(store.read)).takesPasswords
}

/** The path of a page of one's own, with what it is to say. */
export function accountPath(
  { settings }: Pick<Context, 'settings'>,
  page: AccountPage,
  says: Record<string, string> = {},
): string {
  const query = new URLSearchParams(says).toString()
  return pagePath(settings.issuer, ENDPOINT_PATHS[page]) + (query && `?${query}`)
}

function askToSignIn(
  context: Context,
  { request, reply }: Exchange,
  page: AccountPage,
  { needsProof = false } = {},
): undefined {
  const browserId = ensureBrowserId(request, reply, context)
  const interaction = { ...accountInteraction(context, { page, browserId }), needsProof }
  reply.redirect(interactionPath(context, 'signIn', interaction), 303)
}
