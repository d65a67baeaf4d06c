import type { FastifyInstance, FastifyRequest } from 'fastify'
import { audit } from '../audit.js'
import { hashBrowserId } from '../browser/browser-id.js'
import {
  type Interaction,
  interactionPath,
  openForm,
  openPage,
  sealInteraction,
} from '../browser/interaction.js'
import { formToken } from '../browser/own-form.js'
import { findPerson, type Person, signInBrowser } from '../browser/person.js'
import { PageError } from '../checks/page-error.js'
import type { Context } from '../context.js'
import { ENDPOINT_PATHS } from '../endpoint-urls.js'
import { sendPage } from '../pages/send-page.js'
import { signInPage } from '../pages/sign-in-page.js'
import { type PasswordSignInResult, signInWithPassword } from '../password-sign-in.js'
import { PasswordsBusyError } from '../passwords.js'
import { TooManyFailuresError } from '../sign-in-throttle.js'
import { onPages } from './page-errors.js'
import { findSignInReason, type SignInReason } from './sign-in-reason.js'

/** The page where a person signs in, and what it posts. */
export function signInEndpoint(app: FastifyInstance, context: Context): void {
  const { settings } = context
  const path = ENDPOINT_PATHS.signIn

  app.get(path, onPages(context), async (request, reply) => {
    const opened = openPage(context, request, reply)
    if (opened === undefined) return reply
    const { interaction, browserId } = opened
    const reason = await findSignInReason(context, interaction)
    const person = await findPerson(context, request)
    const page = signInPage({
      issuer: settings.issuer,
      client: reason.client,
      fields: {
        token: formToken(settings.secret, browserId),
        interaction: sealInteraction(context, interaction),
      },
      username: usernameToShow(interaction, reason, person),
      hasFailed: interaction.typed?.hasFailed ?? false,
      isAgain: interaction.typed === undefined && person !== undefined,
      isRefused: reason.isRefused,
    })
    return sendPage(reply, page, reason.client)
  })

  app.post(path, onPages(context), async (request, reply) => {
    const opened = openForm(context, request, reply)
    if (opened === undefined) return reply
    const { parameters } = opened
    const { typed: _typedBefore, ...interaction } = opened.interaction
    const reason = await findSignInReason(context, interaction)
    const username = parameters.get('username') ?? ''
    const result = await checkPassword(context, request, interaction, {
      username,
      password: parameters.get('password') ?? '',
    })
    const names = { interactionId: interaction.id, clientId: reason.client?.id, source: request.ip }
    const refuse = (reason: string, accountId: string | undefined) => {
      audit(request.log, 'sign-in-failed', { ...names, accountId, reason })
      const failed = { ...interaction, typed: { username: shown(username), hasFailed: true } }
      return reply.redirect(interactionPath(context, 'signIn', failed), 303)
    }
    if ('refused' in result) return refuse(result.refused, result.accountId)
    const signIn = { ...result, clientId: reason.client?.id }
    const browserId = await signInBrowser(context, signIn, request, reply)
    if (browserId === undefined) return refuse('account-changed', result.account.id)
    audit(request.log, 'sign-in', { ...names, accountId: result.account.id })
    return reason.goOn(
      { request, reply },
      {
        person: result,
        interaction: { ...interaction, browser: hashBrowserId(browserId), isSignedIn: true },
      },
    )
  })
}

/** What was typed travels inside an address; nobody's username is as long as this. */
function shown(username: string): string {
  return username.slice(0, 256)
}

/** @throws PageError when the password was not looked at. */
async function checkPassword(
  context: Context,
  request: FastifyRequest,
  interaction: Interaction,
  credentials: { username: string; password: string },
): Promise<PasswordSignInResult> {
  try {
    return await signInWithPassword(context, { ...credentials, ip: request.ip })
  } catch (error) {
    const isThrottled = error instanceof TooManyFailuresError
    if (!isThrottled && !(error instanceof PasswordsBusyError)) throw error
    if (isThrottled) {
      audit(request.log, 'throttled', { interactionId: interaction.id, source: request.ip })
    }
    const typed = { username: shown(credentials.username), hasFailed: false }
    throw new PageError(isThrottled ? 'too-many-failures' : 'busy', {
      goOnAt: interactionPath(context, 'signIn', { ...interaction, typed }),
      retryAfterSeconds: error.retryAfterSeconds,
    })
  }
}

/** What was typed before, or whom the client expects, or who has to type the password once more. */
function usernameToShow(
  { typed }: Interaction,
  { loginHint }: SignInReason,
  person: Person | undefined,
): string {
  if (typed !== undefined) return typed.username
  return loginHint ?? person?.account.username ?? ''
}
