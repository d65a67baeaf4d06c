import type { FastifyInstance } from 'fastify'
import { audit } from '../audit.js'
import { interactionPath, openForm, openPage } from '../browser/interaction.js'
import { formToken } from '../browser/own-form.js'
import { findPerson } from '../browser/person.js'
import { PageError } from '../checks/page-error.js'
import type { Context } from '../context.js'
import { ENDPOINT_PATHS } from '../endpoint-urls.js'
import { OAuthError } from '../oauth-error.js'
import { consentPage } from '../pages/consent-page.js'
import { sendPage } from '../pages/send-page.js'
import { checkAuthorizationRequest } from './authorization-request.js'
import { sendAuthorizationCode, sendAuthorizationError } from './authorization-response.js'
import { findStep, goOn } from './authorization-steps.js'
import { onPages } from './page-errors.js'

/** The page where a person allows or declines what a client asks for, and what it posts. */
export function consentEndpoint(app: FastifyInstance, context: Context): void {
  const { settings } = context
  const path = ENDPOINT_PATHS.consent

  app.get(path, onPages(context), async (request, reply) => {
    const opened = openPage(context, request, reply)
    if (opened === undefined) return reply
    const { interaction, sealed, browserId } = opened
    const authorization = await checkAuthorizationRequest(context, interaction.query)
    const progress = { person: await findPerson(context, request), interaction }
    const step = await findStep(context, authorization, progress)
    if (step.next === 'sign-in' || step.next === 'error') {
      return goOn(context, { request, reply }, authorization, progress)
    }
    const { client, redirectUri, scopes, resource } = step.authorization
    const page = consentPage({
      issuer: settings.issuer,
      client: { name: client.name, redirectUri },
      account: step.person.account,
      scopes,
      resource,
      staysSignedIn: client.kind === 'native',
      isRepeated: step.isAllowedBefore,
      fields: {
        token: formToken(settings.secret, browserId),
        interaction: sealed,
      },
    })
    return sendPage(reply, page, { redirectUri })
  })

  app.post(path, onPages(context), async (request, reply) => {
    const opened = openForm(context, request, reply)
    if (opened === undefined) return reply
    const { interaction, parameters } = opened
    const authorization = await checkAuthorizationRequest(context, interaction.query)
    const progress = { person: await findPerson(context, request), interaction }
    const step = await findStep(context, authorization, progress)
    // Whoever is not signed in, or not the right person, decides nothing.
    if (step.next === 'sign-in' || step.next === 'error') {
      return goOn(context, { request, reply }, authorization, progress)
    }
    switch (parameters.get('decision')) {
      case 'allow':
        return sendAuthorizationCode(context, { request, reply }, step, { interaction, isConsent: true })
      case 'deny': {
        audit(request.log, 'consent-denied', {
          interactionId: interaction.id,
          accountId: step.person.account.id,
          clientId: authorization.client.id,
        })
        const denied = new OAuthError('access_denied', 'the person declined')
        return sendAuthorizationError(context, { request, reply }, authorization, denied)
      }
      case 'other-account': {
        const empty = { ...interaction, typed: { username: '', hasFailed: false } }
        return reply.redirect(interactionPath(context, 'signIn', empty), 303)
      }
      default:
        throw new PageError('unreadable-form', { reason: 'there is no decision in the form' })
    }
  })
}
