import type { FastifyInstance, FastifyRequest } from 'fastify'
import { openAccountPage, PROVIDERS_VISIT } from '../browser/account-visit.js'
import { INTERACTION_MINUTES, type OpenedPage, openPage } from '../browser/interaction.js'
import { PageError } from '../checks/page-error.js'
import type { Context } from '../context.js'
import { PROVIDER_PATH, providerRedirectUri } from '../endpoint-urls.js'
import { findOfferedProvider } from '../provider-offer.js'
import { countProviderStart } from '../provider-start-limit.js'
import { insertProviderSignIn } from '../store/provider-sign-ins.js'
import { createProviderState, hashProviderState, secretsOfState } from '../tokens/provider-state.js'
import { onPages } from './page-errors.js'
import { failureOfProvider, wayBack } from './provider-failure.js'
import { findSignInReason } from './sign-in-reason.js'

/**
 * Sends the browser on to a provider, to sign in there. It needs an interaction of this browser, so that no other page
 * than ours can begin a sign-in; an authorization request begins one by naming the provider.
 */
export function providerEndpoint(app: FastifyInstance, context: Context): void {
  app.get<{ Params: { name: string } }>(PROVIDER_PATH, onPages(context), async (request, reply) => {
    const opened = openPage(context, request, reply)
    if (opened === undefined) return reply
    // Not as it was when the page was shown that leads here, which somebody may have left open.
    const opensAccount = opened.interaction.linkToAccountId !== undefined
    if (opensAccount && (await openAccountPage(context, { request, reply }, PROVIDERS_VISIT)) === undefined)
      return reply
    return reply.redirect((await beginSignIn(context, request, opened)).href, 303)
  })
}

/**
 * Writes down that this browser was sent to a provider, and gives the address.
 *
 * @throws PageError
 */
async function beginSignIn(
  context: Context,
  request: FastifyRequest<{ Params: { name: string } }>,
  { interaction }: OpenedPage,
): Promise<URL> {
  const { settings, store, openProvider } = context
  const reason = await findSignInReason(context, interaction)
  const goOnAt = wayBack(context, interaction)
  const provider = await findOfferedProvider(context.store.read, request.params.name)
  if (provider === undefined) throw new PageError('unknown-provider', { goOnAt })
  await countProviderStart(context, request, { provider, interactionId: interaction.id, goOnAt })
  const state = createProviderState()
  const startedAt = context.now()
  const { name, label } = provider
  const sent = {
    redirectUri: providerRedirectUri(settings.issuer, name),
    state,
    ...secretsOfState(settings.secret, state),
    startedAt,
    isFresh: reason.isFresh,
  }
  let url: URL
  try {
    url = await openProvider(provider).authorizationUrl(sent)
  } catch (error) {
    const failed = { provider: name, label, interaction, clientId: reason.client?.id }
    throw failureOfProvider(context, request, error, failed)
  }
  await store.write((transaction) =>
    insertProviderSignIn(transaction, {
      state_hash: hashProviderState(state),
      provider: name,
      browser: interaction.browser,
      interaction: JSON.stringify(interaction),
      link_to_account_id: interaction.linkToAccountId ?? null,
      created_at: startedAt,
      expires_at: interaction.startedAt + INTERACTION_MINUTES * 60_000,
    }),
  )
  return url
}
