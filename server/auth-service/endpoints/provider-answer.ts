import type { FastifyRequest } from 'fastify'
import { hashBrowserId, readBrowserId } from '../browser/browser-id.js'
import { type Interaction, readPageParameters, startPath } from '../browser/interaction.js'
import { PageError } from '../checks/page-error.js'
import type { RequestParameters } from '../checks/request-parameters.js'
import type { Context } from '../context.js'
import { providerRedirectUri } from '../endpoint-urls.js'
import { queryOf } from '../form-requests.js'
import { findOfferedProvider } from '../provider-offer.js'
import type { ProviderRequest } from '../providers/provider.js'
import { endProviderSignIn, findProviderSignIn, type ProviderSignIn } from '../store/provider-sign-ins.js'
import type { RegisteredProvider } from '../store/providers.js'
import { hashProviderState, secretsOfState } from '../tokens/provider-state.js'
import { auditFailure, providerFailure } from './provider-failure.js'
import { findSignInReason, type SignInReason } from './sign-in-reason.js'

/** The request of a browser that comes back from a provider. */
export type CallbackRequest = FastifyRequest<{ Params: { name: string } }>

/** An answer to a sign-in that this browser has begun at this provider, and not finished before. */
export interface ProviderAnswer {
  provider: RegisteredProvider
  interaction: Interaction
  reason: SignInReason
  /** As it was sent. */
  sent: ProviderRequest
  /** Where the browser came back to, with its query. */
  callback: URL
}

/**
 * Finds the sign-in that the answer of a provider belongs to, and ends it: nobody, and no second answer, goes on with it.
 * Nothing is written down for a state that this browser has not got from us.
 *
 * @throws PageError for another browser's state, one that was used, and one that was for another provider.
 * @see RFC 9700 §4.4.2, §4.7
 */
export async function openProviderAnswer(
  context: Context,
  request: CallbackRequest,
): Promise<ProviderAnswer> {
  const { settings, store } = context
  const name = request.params.name
  const state = readAnswer(context, request).get('state')
  if (state === undefined) throw foreign(context, request, 'there is no state')
  const begun = await takeSignIn(context, request, state)
  const interaction = JSON.parse(begun.interaction) as Interaction
  if (begun.provider !== name) {
    throw foreign(context, request, `the sign-in was begun at the provider ${begun.provider}`, interaction)
  }
  if (context.now() >= begun.expires_at) {
    auditFailure(request, { provider: name, interaction, reason: 'the answer came too late' })
    throw new PageError('page-expired', { goOnAt: startPath(context, interaction) })
  }
  const provider = await findOfferedProvider(store.read, name)
  if (provider === undefined) {
    const reason = 'the provider is not offered any more'
    throw providerFailure(context, request, 'unknown-provider', { provider: name, interaction, reason })
  }
  const reason = await findSignInReason(context, interaction)
  const redirectUri = providerRedirectUri(settings.issuer, name)
  const callback = new URL(redirectUri)
  callback.search = queryOf(request).toString()
  return {
    provider,
    interaction,
    reason,
    sent: {
      redirectUri,
      state,
      ...secretsOfState(settings.secret, state),
      startedAt: begun.created_at,
      isFresh: reason.isFresh,
    },
    callback,
  }
}

/** @throws PageError for an answer that says two things at once. */
function readAnswer(context: Context, request: CallbackRequest): RequestParameters {
  try {
    return readPageParameters(queryOf(request))
  } catch (error) {
    if (!(error instanceof PageError)) throw error
    const reason = 'the answer has a repeated parameter, or a NUL'
    throw providerFailure(context, request, error.problem, { provider: request.params.name, reason })
  }
}

async function takeSignIn(
  context: Context,
  request: CallbackRequest,
  state: string,
): Promise<ProviderSignIn> {
  const { store } = context
  const browserId = readBrowserId(request, context)
  if (browserId === undefined) throw foreign(context, request, 'the browser has no cookie of ours')
  const stateHash = hashProviderState(state)
  const begun = await findProviderSignIn(store.read, { stateHash, browser: hashBrowserId(browserId) })
  const isFirst =
    begun !== undefined && (await store.write((transaction) => endProviderSignIn(transaction, stateHash)))
  if (!isFirst) {
    throw foreign(context, request, 'the state is unknown, used already, or another browser’s')
  }
  return begun
}

function foreign(
  context: Context,
  request: CallbackRequest,
  reason: string,
  interaction?: Interaction,
): PageError {
  const known = interaction === undefined ? {} : { interaction }
  return providerFailure(context, request, 'foreign-answer', {
    provider: request.params.name,
    ...known,
    reason,
  })
}
