import type { ProvenIdentity, ProviderRequest } from '../../../server/auth-service/providers/provider.js'
import type { Settings } from '../../../server/auth-service/settings.js'
import { insertProvider, type RegisteredProvider } from '../../../server/auth-service/store/providers.js'
import { authorizationPath } from './authorization-requests.js'
import type { PageBrowser, PageVisit } from './page-browser.js'
import { type PageService, pageService } from './page-service.js'
import type { TestStore } from './test-store.js'

/** An AuthService whose providers say what a test wants them to say. */
export interface ProviderService extends PageService {
  /** Whom every provider proves, or what it throws. */
  proves: ProvenIdentity | Error
  /** What it throws before it says where to send the browser. */
  startError: Error | undefined
  /** What is done before a provider answers. */
  beforeAnswer: () => Promise<void>
  /** What the providers were asked, in the order in which browsers came to them and came back. */
  seen: { provider: string; request: ProviderRequest; callback?: URL }[]
  addProvider(provider?: Partial<RegisteredProvider>): Promise<RegisteredProvider>
  /** Somebody at the provider `acme`. */
  somebody(changes?: Partial<ProvenIdentity>): ProvenIdentity
  /** Goes from an authorization request to a provider, and gives the address there. */
  leave(browser: PageBrowser, options?: { provider?: string; request?: Request }): Promise<URL>
  /** Comes back from there with an answer; a parameter that is null is left out. */
  comeBack(
    browser: PageBrowser,
    from: URL,
    options?: { provider?: string; answer?: Answer },
  ): Promise<PageVisit>
  /** Both, as somebody. */
  signInAt(browser: PageBrowser, identity?: ProvenIdentity, request?: Request): Promise<PageVisit>
}

type Request = Record<string, string | undefined>
type Answer = Record<string, string | null>

export const ACME_ISSUER = 'https://acme.example'

export async function providerService(
  settings: Partial<Settings> = {},
  store?: TestStore,
): Promise<ProviderService> {
  const pages = await pageService(settings, store)
  const seen: ProviderService['seen'] = []

  const service: ProviderService = {
    ...pages,
    seen,
    proves: somebody(),
    startError: undefined,
    beforeAnswer: async () => {},
    somebody,
    async addProvider(changes = {}) {
      const provider: RegisteredProvider = {
        name: 'acme',
        kind: 'oidc',
        label: 'Acme',
        issuer: ACME_ISSUER,
        clientId: 'our-client',
        encryptedSecret: 'never decrypted here',
        scope: 'openid email profile',
        signUpRule: null,
        isOnlyWay: false,
        createdAt: pages.context.now(),
        ...changes,
      }
      await pages.context.store.write((transaction) => insertProvider(transaction, provider))
      return provider
    },
    async leave(browser, { provider = 'acme', request = {} } = {}) {
      const visit = await browser.open(authorizationPath({ provider, ...request }))
      if (visit.sentTo === undefined) throw new Error(`${visit.status} ${visit.title}`)
      return visit.sentTo
    },
    comeBack(browser, from, { provider = 'acme', answer = {} } = {}) {
      const query = new URLSearchParams()
      const parameters = { code: 'the code', state: from.searchParams.get('state'), ...answer }
      for (const [name, value] of Object.entries(parameters)) if (value !== null) query.append(name, value)
      return browser.open(`/auth/providers/${provider}/callback?${query}`, { 'sec-fetch-site': 'cross-site' })
    },
    async signInAt(browser, identity = somebody(), request = {}) {
      service.proves = identity
      return service.comeBack(browser, await service.leave(browser, { request }))
    },
  }
  pages.context.openProvider = ({ name: provider }) => ({
    async authorizationUrl(request) {
      seen.push({ provider, request })
      if (service.startError !== undefined) throw service.startError
      return new URL(`https://${provider}.example/authorize?state=${request.state}`)
    },
    async identify(request, callback) {
      seen.push({ provider, request, callback })
      await service.beforeAnswer()
      if (service.proves instanceof Error) throw service.proves
      return service.proves
    },
  })
  return service
}

function somebody(changes: Partial<ProvenIdentity> = {}): ProvenIdentity {
  return {
    issuer: ACME_ISSUER,
    subject: 'acme-1',
    name: 'Ada of Acme',
    email: undefined,
    isEmailVerified: false,
    claims: {},
    ...changes,
  }
}
