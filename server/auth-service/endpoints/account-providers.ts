import type { FastifyInstance } from 'fastify'
import { audit } from '../audit.js'
import {
  type AccountVisit,
  accountInteraction,
  accountPath,
  openAccountForm,
  openAccountPage,
  PROVIDERS_VISIT,
  writeAsPerson,
} from '../browser/account-visit.js'
import { providerStartPath } from '../browser/interaction.js'
import { offeredWays } from '../checks/offered-ways.js'
import { PageError } from '../checks/page-error.js'
import { hasWayIn } from '../checks/ways-in.js'
import type { Context } from '../context.js'
import { ENDPOINT_PATHS } from '../endpoint-urls.js'
import { type AccountProvidersPage, accountProvidersPage } from '../pages/account-providers-page.js'
import { sendPage } from '../pages/send-page.js'
import { unlinkOwnIdentity } from '../provider-unlinking.js'
import type { Account } from '../store/accounts.js'
import { type Identity, listIdentities } from '../store/identities.js'
import { listProviders, type RegisteredProvider } from '../store/providers.js'
import { onPages } from './page-errors.js'

/** The page where a person sees which identities elsewhere open their account, connects one, and disconnects one. */
export function accountProvidersEndpoint(app: FastifyInstance, context: Context): void {
  const { settings, store } = context
  const path = ENDPOINT_PATHS.accountProviders

  app.get(path, onPages(context), async (request, reply) => {
    const visit = await openAccountPage(context, { request, reply }, PROVIDERS_VISIT)
    if (visit === undefined) return reply
    const { account, token } = visit
    const identities = await listIdentities(store.read, account.id)
    const providers = await listProviders(store.read)
    const page = accountProvidersPage({
      issuer: settings.issuer,
      account,
      token,
      linked: identities.map((identity) => wordsOf(identity, { account, identities, providers })),
      linkable: linkable(context, visit, { identities, providers }),
    })
    return sendPage(reply, page)
  })

  app.post(path, onPages(context), async (request, reply) => {
    const form = await openAccountForm(context, { request, reply }, PROVIDERS_VISIT)
    if (form === undefined) return reply
    const goOnAt = accountPath(context, 'accountProviders')
    const wanted = {
      issuer: form.parameters.get('issuer') ?? '',
      subject: form.parameters.get('subject') ?? '',
    }
    const done = await writeAsPerson(context, form, (transaction, { account, now }) =>
      unlinkOwnIdentity(transaction, account, { ...wanted, source: request.ip, now }),
    )
    if (done === undefined) return reply
    if ('refused' in done) throw new PageError(done.refused, { goOnAt })
    if (done.wasLinked) {
      const { provider } = done
      audit(request.log, 'provider-unlinked', { accountId: form.account.id, source: request.ip, provider })
    }
    return reply.redirect(goOnAt, 303)
  })
}

/** What a page says about an identity of somebody's. */
function wordsOf(
  identity: Identity,
  own: { account: Account; identities: readonly Identity[]; providers: readonly RegisteredProvider[] },
): AccountProvidersPage['linked'][number] {
  const provider = own.providers.find(({ issuer }) => issuer === identity.issuer)
  const others = own.identities.filter((other) => other !== identity)
  return {
    issuer: identity.issuer,
    subject: identity.subject,
    shownAs: identity.email ?? identity.subject,
    label: provider?.label ?? identity.issuer,
    kind: provider?.kind ?? 'oidc',
    isOffered: provider !== undefined,
    linkedAt: identity.linked_at,
    lastUsedAt: identity.last_used_at,
    canBeUnlinked: hasWayIn({
      hasPassword: own.account.password_hash !== null,
      identities: others,
      offered: offeredWays(own.providers),
    }),
  }
}

/** The providers at which the person has nothing linked yet, each with where it leads. */
function linkable(
  context: Context,
  { account, browserId }: AccountVisit,
  { identities, providers }: { identities: readonly Identity[]; providers: readonly RegisteredProvider[] },
): AccountProvidersPage['linkable'] {
  const to = { page: 'accountProviders', browserId, linkToAccountId: account.id } as const
  const interaction = accountInteraction(context, to)
  return offeredWays(providers)
    .providers.filter(({ issuer }) => !identities.some((identity) => identity.issuer === issuer))
    .map(({ name, label, kind }) => ({ label, kind, href: providerStartPath(context, name, interaction) }))
}
