import type { FastifyReply, FastifyRequest } from 'fastify'
import { PageError } from '../checks/page-error.js'
import { refuseRepeatedParameters } from '../checks/repeated-parameters.js'
import { type RequestParameters, readParameters } from '../checks/request-parameters.js'
import type { Context } from '../context.js'
import { type AccountPage, ENDPOINT_PATHS, PROVIDER_PATH, providerPath } from '../endpoint-urls.js'
import { formOf, queryOf } from '../form-requests.js'
import { pagePath } from '../pages/page-path.js'
import type { UnlinkedIdentity } from '../store/identities.js'
import { hashBrowserId, readBrowserId } from './browser-id.js'
import { requireFormToken, requireOwnPage } from './own-form.js'
import { seal, unseal } from './seal.js'

/**
 * What goes from page to page between an authorization request and its answer, between the code of a device and the
 * decision about it, or to the person's own pages: the browser keeps it, sealed, in a hidden field or in the address of the next page.
 */
export interface Interaction {
  /** Ties the audit lines of one request together. */
  id: string
  /** Epoch milliseconds. */
  startedAt: number
  /** What it began with: the code of a device, a page of one's own, or, without this, an authorization request. */
  kind?: 'device' | 'account'
  /** The page of one's own. */
  accountPage?: AccountPage
  /** The parameters of the authorization request, or the `user_code`. They are checked again on every page. */
  query: string
  /** The hash of the id of the browser that it belongs to. */
  browser: string
  /** Whether the person has signed in since it started. */
  isSignedIn: boolean
  /** Whether a sign-in has to prove who it is, and not only come through a provider where the browser is signed in. */
  needsProof?: boolean
  /** What the person typed as username before, and whether that try has failed. */
  typed?: { username: string; hasFailed: boolean }
  /** Whom the next sign-in at a provider is to be linked to: somebody who is signed in and wants that. */
  linkToAccountId?: string
  /** Somebody at a provider whom nobody here is known by, to be linked to whoever signs in next. */
  unlinked?: UnlinkedIdentity
  /** Whether the code of a device was looked for and leads nowhere. */
  hasWrongCode?: boolean
}

/**
 * From the first page to the last press of a button. Long enough to look for a password, short enough that a page
 * which somebody left open gives nothing away; most clients have stopped waiting long before.
 */
export const INTERACTION_MINUTES = 30

/** The value of the field, or parameter, `interaction`. */
export function sealInteraction({ settings }: Pick<Context, 'settings'>, interaction: Interaction): string {
  const expiresAt = interaction.startedAt + INTERACTION_MINUTES * 60_000
  return seal(settings.secret, 'interaction', interaction, expiresAt)
}

/** The path and query of a page that goes on with an interaction. */
export function interactionPath(
  { settings }: Pick<Context, 'settings'>,
  page: 'signIn' | 'consent' | 'device' | 'deviceConsent',
  interaction: Interaction,
): string {
  const query = new URLSearchParams({ interaction: sealInteraction({ settings }, interaction) })
  return `${pagePath(settings.issuer, ENDPOINT_PATHS[page])}?${query}`
}

/** The path and query that send the browser on to a provider, to sign in there. */
export function providerStartPath(
  { settings }: Pick<Context, 'settings'>,
  provider: string,
  interaction: Interaction,
): string {
  const query = new URLSearchParams({ interaction: sealInteraction({ settings }, interaction) })
  return `${pagePath(settings.issuer, providerPath(PROVIDER_PATH, provider))}?${query}`
}

/** The path and query with which an interaction began. */
export function startPath(
  { settings }: Pick<Context, 'settings'>,
  { kind, query, accountPage = 'account' }: Interaction,
): string {
  if (kind === 'account') return pagePath(settings.issuer, ENDPOINT_PATHS[accountPage])
  const page = kind === 'device' ? ENDPOINT_PATHS.device : ENDPOINT_PATHS.authorization
  return `${pagePath(settings.issuer, page)}?${query}`
}

/** A page that goes on with an interaction, in the browser that it belongs to. */
export interface OpenedPage {
  parameters: RequestParameters
  interaction: Interaction
  /** The same, as it came: for the next form or address that carries it unchanged. */
  sealed: string
  browserId: string
}

/**
 * Opens the interaction that a request for a page carries in its query. One of another browser, or of this one before
 * somebody signed in in another tab, is not gone on with: the browser is sent back to the start, as if the client had
 * sent it just now, and the answer is undefined.
 *
 * @throws PageError when it is unreadable, too old, or the browser keeps no cookie.
 */
export function openPage(
  context: Pick<Context, 'settings' | 'now'>,
  request: FastifyRequest,
  reply: FastifyReply,
): OpenedPage | undefined {
  return openInteraction(context, readPageParameters(queryOf(request)), request, reply)
}

/**
 * Opens the interaction that a posted form carries, likewise. The form is from a page of ours that this browser got.
 *
 * @throws PageError for that, and when the form isn't ours.
 */
export function openForm(
  context: Pick<Context, 'settings' | 'now'>,
  request: FastifyRequest,
  reply: FastifyReply,
): OpenedPage | undefined {
  const { issuer, secret } = context.settings
  requireOwnPage(request.headers, issuer)
  const opened = openInteraction(context, readPageParameters(formOf(request)), request, reply)
  if (opened === undefined) return undefined
  requireFormToken(secret, opened.browserId, opened.parameters.get('token'))
  return opened
}

/**
 * The parameters of one of our own pages.
 *
 * @throws PageError for a repeated one, or a NUL: we sent neither.
 */
export function readPageParameters(source: URLSearchParams): RequestParameters {
  const parameters = readParameters(source)
  try {
    refuseRepeatedParameters(parameters)
  } catch (error) {
    throw new PageError('unreadable-form', { cause: error })
  }
  return parameters
}

function openInteraction(
  context: Pick<Context, 'settings' | 'now'>,
  parameters: RequestParameters,
  request: FastifyRequest,
  reply: FastifyReply,
): OpenedPage | undefined {
  const { settings } = context
  const sealed = parameters.get('interaction') ?? ''
  const opened = unseal<Interaction>(settings.secret, 'interaction', sealed, context.now())
  if (opened === undefined) {
    throw new PageError('unreadable-form', { reason: 'the interaction was not sealed here' })
  }
  const { value: interaction, isExpired } = opened
  const start = startPath(context, interaction)
  if (isExpired) throw new PageError('page-expired', { goOnAt: start })
  const browserId = readBrowserId(request, context)
  if (browserId === undefined) throw new PageError('cookie-missing', { goOnAt: start })
  if (hashBrowserId(browserId) === interaction.browser) return { parameters, interaction, sealed, browserId }
  reply.redirect(start, 303)
  return undefined
}
