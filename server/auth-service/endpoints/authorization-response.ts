import type { FastifyReply, FastifyRequest } from 'fastify'
import { audit } from '../audit.js'
import type { Interaction } from '../browser/interaction.js'
import type { Person } from '../browser/person.js'
import type { Context } from '../context.js'
import { OAuthError } from '../oauth-error.js'
import { insertAuthorizationCode } from '../store/authorization-codes.js'
import { isStillSignedIn } from '../store/browser-sessions.js'
import { addConsent } from '../store/consents.js'
import { createAuthorizationCode, hashAuthorizationCode } from '../tokens/authorization-code.js'
import { createGrantId } from '../tokens/refresh-token.js'
import type { AcceptedRequest, ResponseTarget } from './authorization-request.js'

/**
 * Sends the browser back to the client with a new authorization code, once it is stored. The grant that the code will
 * become has its name from here on. A person who was signed out everywhere meanwhile gets none: `login_required`.
 *
 * @param options.isConsent whether the person has just allowed this, and it is to be remembered.
 * @see RFC 6749 §4.1.2
 */
export async function sendAuthorizationCode(
  context: Context,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
  { authorization, person }: { authorization: AcceptedRequest; person: Person },
  { interaction, isConsent }: { interaction: Pick<Interaction, 'id'>; isConsent: boolean },
): Promise<FastifyReply> {
  const { client, redirectUri, resource, scopes } = authorization
  const now = context.now()
  const code = createAuthorizationCode(now)
  const grantId = createGrantId(now)
  const accountId = person.account.id
  const isSignedIn = await context.store.write(async (transaction) => {
    // In here: whoever ends the logins of this person ends those codes that there are, and after that there must be none.
    const { authenticatedAt } = person
    if (!(await isStillSignedIn(transaction, { accountId, authenticatedAt }))) return false
    if (isConsent) {
      const key = { accountId, clientId: client.id, resource: resource ?? '' }
      await addConsent(transaction, key, scopes, now)
    }
    await insertAuthorizationCode(transaction, {
      code_hash: hashAuthorizationCode(code),
      grant_id: grantId,
      account_id: accountId,
      client_id: client.id,
      redirect_uri: redirectUri,
      code_challenge: authorization.codeChallenge,
      nonce: authorization.nonce,
      resource,
      scope: scopes.join(' '),
      auth_time: person.authenticatedAt,
      created_at: now,
      expires_at: now + context.settings.codeSeconds * 1000,
      redeemed_at: null,
    })
    return true
  })
  if (!isSignedIn) {
    const error = new OAuthError('login_required', 'the person was signed out meanwhile')
    return sendAuthorizationError(context, { request, reply }, authorization, error)
  }
  const names = { interactionId: interaction.id, accountId, clientId: client.id }
  if (isConsent) audit(request.log, 'consent', { ...names, scope: scopes.join(' ') })
  audit(request.log, 'code-issued', {
    ...names,
    grantId,
    resource: resource ?? undefined,
    scope: scopes.join(' '),
  })
  return sendResponse(context, reply, authorization, { code })
}

/**
 * Sends the browser back to the client with an error.
 *
 * @see RFC 6749 §4.1.2.1
 */
export function sendAuthorizationError(
  context: Context,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
  target: ResponseTarget,
  error: OAuthError,
): FastifyReply {
  request.log.info({ error: error.code, reason: error.reason, clientId: target.client.id }, 'refused')
  return sendResponse(context, reply, target, { error: error.code, error_description: error.description })
}

/** Every answer, good or bad, says whose it is (RFC 9207 §2) and gives `state` back as it came. */
function sendResponse(
  { settings }: Context,
  reply: FastifyReply,
  { redirectUri, state }: ResponseTarget,
  answer: Record<string, string>,
): FastifyReply {
  const parameters = new URLSearchParams({
    ...answer,
    ...(state === undefined ? {} : { state }),
    iss: settings.issuer,
  })
  // 303: a browser that has just posted a password must not post it again to the client (RFC 9700 §4.12).
  return reply.redirect(`${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${parameters}`, 303)
}
