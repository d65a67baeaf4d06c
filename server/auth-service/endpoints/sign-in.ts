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
import { type LinkProblem, linkToAccount } from '../provider-sign-in.js'
import { TooManyFailuresError } from '../sign-in-throttle.js'
import type { UnlinkedIdentity } from '../store/identities.js'
import type { Writer } from '../store/store.js'
import { findOfferedSignIns } from './offered-sign-ins.js'
import { onPages } from './page-errors.js'
import { findSignInReason, type SignInReason } from './sign-in-reason.js'

/** The page where a person signs in, and what it posts. */
export function signInEndpoint(app: FastifyInstance, context: Context): void {
  const { settings } = context
  const path = ENDPOINT_PATHS.signIn

  app.get(path, onPages(context), async (request, reply) => {
    const opened = openPage(context, request, reply)
    if (opened === undefined) return reply
    const { interaction, sealed, browserId } = opened
    const reason = await findSignInReason(context, interaction)
    const person = await findPerson(context, request)
    const offered = await findOfferedSignIns(context, interaction)
    // A page that doesn't say whom it links must link nobody.
    const { unlinked, ...unlinking } = interaction
    const linksNobody = unlinked !== undefined && offered.unlinked === undefined
    const page = signInPage({
      issuer: settings.issuer,
      client: reason.client,
      isForAccount: reason.isForAccount,
      fields: {
        token: formToken(settings.secret, browserId),
        interaction: linksNobody ? sealInteraction(context, unlinking) : sealed,
      },
      username: usernameToShow(interaction, reason, person),
      hasFailed: interaction.typed?.hasFailed ?? false,
      isAgain: interaction.typed === undefined && person !== undefined,
      isRefused: reason.isRefused,
      ...offered,
    })
    return sendPage(reply, page, reason.client)
  })

  app.post(path, onPages(context), async (request, reply) => {
    const opened = openForm(context, request, reply)
    if (opened === undefined) return reply
    const { parameters } = opened
    const { typed: _typedBefore, ...asked } = opened.interaction
    const { unlinked, ...interaction } = asked
    const reason = await findSignInReason(context, interaction)
    const username = parameters.get('username') ?? ''
    const result = await checkPassword(context, request, asked, {
      username,
      password: parameters.get('password') ?? '',
    })
    const names = { interactionId: interaction.id, clientId: reason.client?.id, source: request.ip }
    const refuse = (reason: string, accountId: string | undefined) => {
      audit(request.log, 'sign-in-failed', { ...names, accountId, reason })
      const failed = { ...asked, typed: { username: shown(username), hasFailed: true } }
      return reply.redirect(interactionPath(context, 'signIn', failed), 303)
    }
    if ('refused' in result) {
      if (result.refused !== 'password-not-taken') return refuse(result.refused, result.accountId)
      audit(request.log, 'sign-in-failed', { ...names, reason: result.refused })
      throw new PageError(result.refused, { goOnAt: interactionPath(context, 'signIn', interaction) })
    }
    const { succeeded, ...person } = result
    const signIn = { ...person, clientId: reason.client?.id }
    const browserId = await signInBrowser(context, signIn, request, reply, {
      beforehand: succeeded,
      alsoWrite: (transaction) => linkOrFail(transaction, unlinked, { ...person, source: request.ip }),
    }).catch(async (error: unknown) => {
      if (!(error instanceof NotLinkedError)) throw error
      // It went with the rest of that write, and the password was right.
      await context.store.write(succeeded)
      const accountId = result.account.id
      audit(request.log, 'sign-in-failed', { ...names, accountId, reason: error.problem })
      throw new PageError(error.problem, { goOnAt: interactionPath(context, 'signIn', interaction) })
    })
    if (browserId === undefined) return refuse('account-changed', result.account.id)
    audit(request.log, 'sign-in', { ...names, accountId: result.account.id })
    if (unlinked !== undefined) {
      const { provider } = unlinked
      const linked = { ...names, accountId: result.account.id, provider, reason: 'by the person' }
      audit(request.log, 'provider-linked', linked)
    }
    return reason.goOn(
      { request, reply },
      {
        person,
        interaction: { ...interaction, browser: hashBrowserId(browserId), isSignedIn: true },
      },
    )
  })
}

class NotLinkedError extends Error {
  readonly problem: LinkProblem

  constructor(problem: LinkProblem) {
    super(problem)
    this.problem = problem
  }
}

/**
 * Links the identity that a provider has proven in this browser to the account whose password was typed there.
 *
 * @throws NotLinkedError when it was linked to another one meanwhile, or the provider was removed.
 */
async function linkOrFail(
  transaction: Writer,
  unlinked: UnlinkedIdentity | undefined,
  { account, authenticatedAt: at, source }: Person & { source: string },
): Promise<void> {
  if (unlinked === undefined) return
  const problem = await linkToAccount(transaction, unlinked, { account, at, source })
  if (problem !== undefined) throw new NotLinkedError(problem)
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
