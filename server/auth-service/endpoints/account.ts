import type { FastifyInstance } from 'fastify'
import { openAccountPage } from '../browser/account-visit.js'
import { hashBrowserId } from '../browser/browser-id.js'
import { readPageParameters } from '../browser/interaction.js'
import { whyRefreshEnded } from '../checks/grant-end.js'
import { offeredWays } from '../checks/offered-ways.js'
import type { Context } from '../context.js'
import { ENDPOINT_PATHS } from '../endpoint-urls.js'
import { queryOf } from '../form-requests.js'
import { readNotice } from '../pages/account-notices.js'
import { accountPage } from '../pages/account-page.js'
import type { EventWords } from '../pages/security-event-words.js'
import { sendPage } from '../pages/send-page.js'
import type { Account } from '../store/accounts.js'
import { findClient } from '../store/clients.js'
import { listOwnBrowsers, listOwnLogins, type OwnLogin } from '../store/own-sign-ins.js'
import { listProviders, type RegisteredProvider } from '../store/providers.js'
import { listSecurityEvents } from '../store/security-events.js'
import { onPages } from './page-errors.js'

/** Of each kind, on one page. Whoever has more ends all, or those that are shown first. */
const SIGN_INS_SHOWN = 50
const EVENTS_SHOWN = { failed: 6, other: 20 }

/** Where a person sees who they are here, where they are signed in, and what has happened to their account. */
export function accountEndpoint(app: FastifyInstance, context: Context): void {
  const { settings, store } = context

  app.get(ENDPOINT_PATHS.account, onPages(context), async (request, reply) => {
    const visit = await openAccountPage(context, { request, reply }, { page: 'account' })
    if (visit === undefined) return reply
    const { account, token, browserId } = visit
    const now = context.now()
    const shown = { now, limit: SIGN_INS_SHOWN + 1 }
    const logins = await listLiveLogins(context, account)
    const browsers = await listOwnBrowsers(store.read, account.id, shown)
    const providers = await listProviders(store.read)
    const page = accountPage({
      issuer: settings.issuer,
      account,
      token,
      notice: readNotice(readPageParameters(queryOf(request)).get('done')),
      takesPasswords: offeredWays(providers).takesPasswords,
      hasProviders: providers.length > 0,
      accessTokenSeconds: settings.accessTokenSeconds,
      logins: logins.slice(0, SIGN_INS_SHOWN),
      browsers: browsers.slice(0, SIGN_INS_SHOWN).map((session) => ({
        idHash: session.id_hash,
        signedInAt: session.created_at,
        isThis: session.id_hash === hashBrowserId(browserId),
      })),
      hasMore: logins.length > SIGN_INS_SHOWN || browsers.length > SIGN_INS_SHOWN,
      events: await findEvents(context, account, providers),
    })
    return sendPage(reply, page)
  })
}

/** The logins that still give tokens. */
async function listLiveLogins(
  { settings, store, now }: Pick<Context, 'settings' | 'store' | 'now'>,
  account: Account,
): Promise<OwnLogin[]> {
  const logins = await listOwnLogins(store.read, account.id, { limit: SIGN_INS_SHOWN + 1 })
  return logins.filter((login) => whyRefreshEnded(login, account, settings, now()) === undefined)
}

/** The newest events, with the names that people know programs and providers by. */
async function findEvents(
  { store }: Pick<Context, 'store'>,
  account: Account,
  providers: readonly RegisteredProvider[],
): Promise<EventWords[]> {
  const events = await listSecurityEvents(store.read, account.id, EVENTS_SHOWN)
  const clientIds = [...new Set(events.flatMap(({ clientId }) => clientId ?? []))]
  const clients = await Promise.all(clientIds.map((id) => findClient(store.read, id)))
  const clientNames = new Map(clients.flatMap((client) => (client ? [[client.id, client.name]] : [])))
  const labels = new Map(providers.map(({ name, label }) => [name, label]))
  return events.map(({ kind, at, source, clientId, provider }) => ({
    kind,
    at,
    source,
    client: clientId === null ? undefined : (clientNames.get(clientId) ?? clientId),
    provider: provider === null ? undefined : (labels.get(provider) ?? provider),
  }))
}
