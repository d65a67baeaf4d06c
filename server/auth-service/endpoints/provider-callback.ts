import type { FastifyInstance, FastifyReply } from 'fastify'
import { audit } from '../audit.js'
import { hashBrowserId } from '../browser/browser-id.js'
import { interactionPath } from '../browser/interaction.js'
import { findPerson, signInBrowserAs } from '../browser/person.js'
import { offeredWays } from '../checks/offered-ways.js'
import type { Context } from '../context.js'
import { PROVIDER_CALLBACK_PATH } from '../endpoint-urls.js'
import { findAccountOfIdentity, linkToAccount, nameIdentity } from '../provider-sign-in.js'
import type { ProvenIdentity } from '../providers/provider.js'
import { findBrowserSession } from '../store/browser-sessions.js'
import type { UnlinkedIdentity } from '../store/identities.js'
import { onPages } from './page-errors.js'
import { type CallbackRequest, openProviderAnswer, type ProviderAnswer } from './provider-answer.js'
import { auditFailure, failureOfProvider, providerFailure } from './provider-failure.js'

/** A browser that came back from a provider, and whom the provider has proven. */
interface Return {
  request: CallbackRequest
  reply: FastifyReply
  answer: ProviderAnswer
  identity: ProvenIdentity
  /** When the answer came; epoch milliseconds. */
  at: number
}

/**
 * Where a provider sends the browser back to: its own path for each, so that none can answer for another. Whoever it
 * proves is signed in, or asked for their password first, or gets their account linked to it.
 */
export function providerCallbackEndpoint(app: FastifyInstance, context: Context): void {
  app.get<{ Params: { name: string } }>(PROVIDER_CALLBACK_PATH, onPages(context), async (request, reply) => {
    const answer = await openProviderAnswer(context, request)
    // Before the provider is asked: what ends logins meanwhile ends this one, too.
    const at = context.now()
    const identity = await identify(context, request, answer)
    const back = { request, reply, answer, identity, at }
    return answer.interaction.linkToAccountId === undefined ? signIn(context, back) : link(context, back)
  })
}

/** @throws PageError for everything that the provider refuses or says wrongly. */
async function identify(
  context: Context,
  request: CallbackRequest,
  answer: ProviderAnswer,
): Promise<ProvenIdentity> {
  const { provider, sent, callback } = answer
  try {
    return await context.openProvider(provider).identify(sent, callback)
  } catch (error) {
    throw failureOfProvider(context, request, error, knownOf(answer))
  }
}

async function signIn(context: Context, back: Return): Promise<FastifyReply> {
  const { request, reply, answer, identity, at } = back
  const { provider, reason } = answer
  const clientId = reason.client?.id
  // As it was asked for: of a provider that does not prove it, no identity comes back.
  const isProven = answer.sent.isFresh
  const attempt = { provider, identity, at, isProven, source: request.ip, clientId }
  const result = await signInBrowserAs(context, { request, reply }, (transaction) =>
    findAccountOfIdentity(transaction, attempt),
  )
  if ('refused' in result) {
    if (result.refused === 'unlinked') return askForPassword(context, back, result.identity)
    const { refused, ...whom } = result
    const failed = { ...knownOf(answer), ...whom, reason: refused }
    throw providerFailure(context, request, refused, failed)
  }
  const { account, authenticatedAt, how } = result.signIn
  // What the browser was to be asked for another identity is settled: it has come with this one.
  const { typed: _typed, unlinked: _unlinked, ...interaction } = answer.interaction
  const names = {
    interactionId: interaction.id,
    accountId: account.id,
    clientId,
    provider: provider.name,
    source: request.ip,
  }
  if (how === 'created') audit(request.log, 'account-created', names)
  if (how === 'linked') audit(request.log, 'provider-linked', { ...names, reason: 'same verified address' })
  audit(request.log, 'sign-in', names)
  const browser = hashBrowserId(result.browserId)
  return reason.goOn(
    { request, reply },
    { person: { account, authenticatedAt }, interaction: { ...interaction, browser, isSignedIn: true } },
  )
}

/** Asks whoever has an account here to sign in to it once, which links the two. */
async function askForPassword(
  context: Context,
  { request, reply, answer }: Return,
  identity: UnlinkedIdentity,
): Promise<FastifyReply> {
  const failed = { ...knownOf(answer), reason: 'no account is linked to this identity' }
  if (!offeredWays([answer.provider]).takesPasswords) {
    throw providerFailure(context, request, 'unknown-identity', failed)
  }
  auditFailure(request, failed)
  const { typed: _typed, ...interaction } = answer.interaction
  return reply.redirect(interactionPath(context, 'signIn', { ...interaction, unlinked: identity }), 303)
}

/** Links the identity to the account of the person who went to the provider for that, and is still signed in here. */
async function link(
  context: Context,
  { request, reply, answer, identity, at }: Return,
): Promise<FastifyReply> {
  const { provider, reason } = answer
  const { linkToAccountId, ...interaction } = answer.interaction
  const person = await findPerson(context, request)
  const outcome =
    person === undefined
      ? 'link-interrupted'
      : await context.store.write(async (transaction) => {
          const session = await findBrowserSession(transaction, interaction.browser, context.now())
          if (session?.account_id !== linkToAccountId) return 'link-interrupted'
          const named = nameIdentity(provider, identity)
          const { account } = person
          const problem = await linkToAccount(transaction, named, { account, at, source: request.ip })
          return problem ?? { person }
        })
  if (typeof outcome === 'string') {
    throw providerFailure(context, request, outcome, { ...knownOf(answer), reason: outcome })
  }
  const accountId = outcome.person.account.id
  const names = { interactionId: interaction.id, accountId, provider: provider.name, source: request.ip }
  audit(request.log, 'provider-linked', { ...names, reason: 'by the person' })
  return reason.goOn({ request, reply }, { person: outcome.person, interaction })
}

function knownOf({ provider, interaction, reason }: ProviderAnswer) {
  return { provider: provider.name, label: provider.label, interaction, clientId: reason.client?.id }
}
