import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { audit } from '../audit.js'
import { readBrowserId } from '../browser/browser-id.js'
import { INTERACTION_MINUTES, readPageParameters } from '../browser/interaction.js'
import { formToken, requireFormToken, requireOwnPage } from '../browser/own-form.js'
import { findPerson, type Person, signOutBrowser } from '../browser/person.js'
import { seal, unseal } from '../browser/seal.js'
import { PageError } from '../checks/page-error.js'
import type { Context } from '../context.js'
import { ENDPOINT_PATHS } from '../endpoint-urls.js'
import { formOf, queryOf } from '../form-requests.js'
import { pagePath } from '../pages/page-path.js'
import { sendPage } from '../pages/send-page.js'
import { signOutPage } from '../pages/sign-out-pages.js'
import { checkLogoutRequest, type LogoutRequest, readLogoutQuery } from './logout-request.js'
import { onPages } from './page-errors.js'

/** What the page that asks posts to. */
const DECISION_PATH = `${ENDPOINT_PATHS.endSession}/decision`

interface Exchange {
  request: FastifyRequest
  reply: FastifyReply
}

/**
 * RP-initiated logout: a client sends the browser here to sign the person out of it. A client that shows the ID token
 * of whoever is signed in is believed; otherwise the person is asked. Grants of other programs go on.
 *
 * @see OpenID Connect RP-Initiated Logout §2, §3
 */
export function logoutEndpoint(app: FastifyInstance, context: Context): void {
  const { settings } = context
  const path = ENDPOINT_PATHS.endSession

  app.get(path, onPages(context), async (request, reply) => {
    const query = openSealedQuery(context, queryOf(request)) ?? readLogoutQuery(queryOf(request))
    const logout = await checkLogoutRequest(context, query)
    const person = await findPerson(context, request)
    const browserId = readBrowserId(request, context)
    const isSure = person === undefined || person.account.id === logout.hintedAccountId
    if (isSure || browserId === undefined) return signOut(context, { request, reply }, logout, person)
    const page = signOutPage({
      issuer: settings.issuer,
      account: person.account,
      action: pagePath(settings.issuer, DECISION_PATH),
      fields: { token: formToken(settings.secret, browserId), interaction: sealQuery(context, query) },
    })
    return sendPage(reply, page, logout.redirectUri === undefined ? {} : { redirectUri: logout.redirectUri })
  })

  // As a GET it comes with our cookie, wherever the form was. Sealed, so that no ID token gets into an address.
  app.post(path, onPages(context), async (request, reply) => {
    const query = readLogoutQuery(queryOf(request), formOf(request))
    await checkLogoutRequest(context, query)
    const sealed = new URLSearchParams({ interaction: sealQuery(context, query) })
    return reply.redirect(`${pagePath(settings.issuer, path)}?${sealed}`, 303)
  })

  app.post(DECISION_PATH, onPages(context), async (request, reply) => {
    requireOwnPage(request.headers, settings.issuer)
    const query = openSealedQuery(context, formOf(request))
    if (query === undefined)
      throw new PageError('unreadable-form', { reason: 'there is no request in the form' })
    const parameters = readPageParameters(formOf(request))
    const browserId = readBrowserId(request, context)
    if (browserId !== undefined) requireFormToken(settings.secret, browserId, parameters.get('token'))
    if (parameters.get('decision') !== 'sign-out') {
      return reply.redirect(pagePath(settings.issuer, ENDPOINT_PATHS.signedOut), 303)
    }
    const logout = await checkLogoutRequest(context, query)
    return signOut(context, { request, reply }, logout, await findPerson(context, request))
  })
}

/** Signs the person out and sends the browser to the client, or to our own last page. */
async function signOut(
  context: Context,
  { request, reply }: Exchange,
  { client, redirectUri, state }: LogoutRequest,
  person: Person | undefined,
): Promise<FastifyReply> {
  await signOutBrowser(context, request, reply)
  if (person !== undefined) {
    audit(request.log, 'signed-out', { accountId: person.account.id, clientId: client?.id })
  }
  if (redirectUri === undefined) {
    return reply.redirect(pagePath(context.settings.issuer, ENDPOINT_PATHS.signedOut), 303)
  }
  const query =
    state === undefined ? '' : `${redirectUri.includes('?') ? '&' : '?'}${new URLSearchParams({ state })}`
  return reply.redirect(redirectUri + query, 303)
}

function sealQuery({ settings, now }: Context, query: string): string {
  return seal(settings.secret, 'logout', { query }, now() + INTERACTION_MINUTES * 60_000)
}

/**
 * The query that was sealed by us, if there is one.
 *
 * @throws PageError when it is unreadable or too old.
 */
function openSealedQuery({ settings, now }: Context, source: URLSearchParams): string | undefined {
  const sealed = source.get('interaction')
  if (sealed === null) return undefined
  const opened = unseal<{ query: string }>(settings.secret, 'logout', sealed, now())
  const goOnAt = pagePath(settings.issuer, ENDPOINT_PATHS.endSession)
  if (opened === undefined) {
    throw new PageError('unreadable-form', { reason: 'the logout was not sealed here', goOnAt })
  }
  if (opened.isExpired) throw new PageError('page-expired', { goOnAt })
  return opened.value.query
}
