import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Interaction, interactionPath, providerStartPath } from '../browser/interaction.js'
import type { Person } from '../browser/person.js'
import { nextStep } from '../checks/next-step.js'
import type { Context } from '../context.js'
import { OAuthError } from '../oauth-error.js'
import { findConsentedScopes } from '../store/consents.js'
import type { AcceptedRequest, RefusedRequest } from './authorization-request.js'
import { sendAuthorizationCode, sendAuthorizationError } from './authorization-response.js'

/** How far an authorization request has come. */
export interface Progress {
  person: Person | undefined
  interaction: Interaction
}

/** What comes next, with what it needs. */
export type Step =
  | { next: 'sign-in' }
  | { next: 'error'; error: OAuthError }
  | { next: 'consent' | 'code'; authorization: AcceptedRequest; person: Person; isAllowedBefore: boolean }

/**
 * Decides what comes next in an authorization request.
 *
 * Nobody is sent to a client before we know who it is, not even with an error, except where the client asked for an
 * answer without any page (`prompt=none`): otherwise a link to us would be a link to anywhere.
 *
 * @see RFC 9700 §4.11.2
 */
export async function findStep(
  context: Context,
  authorization: AcceptedRequest | RefusedRequest,
  { person, interaction }: Progress,
): Promise<Step> {
  if (authorization.refusal !== undefined) {
    const mayAnswer = person !== undefined || authorization.isSilent
    return mayAnswer ? { next: 'error', error: authorization.refusal } : { next: 'sign-in' }
  }
  const consentedScopes = await findScopesAllowedBefore(context, authorization, person)
  const isAllowedBefore = authorization.scopes.every((scope) => consentedScopes.has(scope))
  try {
    const next = nextStep(authorization, {
      person: person && { accountId: person.account.id, authenticatedAt: person.authenticatedAt },
      isSignedInSince: interaction.isSignedIn,
      isAllowedBefore,
      now: context.now(),
    })
    if (person === undefined || next === 'sign-in') return { next: 'sign-in' }
    return { next, authorization, person, isAllowedBefore }
  } catch (error) {
    if (error instanceof OAuthError) return { next: 'error', error }
    throw error
  }
}

/** Sends the browser to the page where an authorization request goes on, or back to the client. */
export async function goOn(
  context: Context,
  exchange: { request: FastifyRequest; reply: FastifyReply },
  authorization: AcceptedRequest | RefusedRequest,
  progress: Progress,
): Promise<FastifyReply> {
  const step = await findStep(context, authorization, progress)
  const { interaction } = progress
  switch (step.next) {
    case 'sign-in':
      return exchange.reply.redirect(signInPath(context, authorization, interaction), 303)
    case 'consent':
      return exchange.reply.redirect(interactionPath(context, 'consent', interaction), 303)
    case 'error':
      return sendAuthorizationError(context, exchange, authorization, step.error)
    case 'code':
      return sendAuthorizationCode(context, exchange, step, { interaction, isConsent: false })
  }
}

/** The sign-in page, or the provider that the request names. A page of ours says so if there is none by that name. */
function signInPath(
  context: Context,
  authorization: AcceptedRequest | RefusedRequest,
  interaction: Interaction,
): string {
  return authorization.refusal === undefined && authorization.provider !== undefined
    ? providerStartPath(context, authorization.provider, interaction)
    : interactionPath(context, 'signIn', interaction)
}

/** What this person has allowed this client before, for the resource of this request. */
async function findScopesAllowedBefore(
  { store }: Context,
  { client, resource }: AcceptedRequest,
  person: Person | undefined,
): Promise<ReadonlySet<string>> {
  if (person === undefined) return new Set()
  const key = { accountId: person.account.id, clientId: client.id, resource: resource ?? '' }
  return findConsentedScopes(store.read, key)
}
