import type { Page } from 'playwright-core'
import {
  type ProvenIdentity,
  ProviderError,
  type ProviderFault,
} from '../../../server/auth-service/providers/provider.js'
import { insertProvider } from '../../../server/auth-service/store/providers.js'
import { authorizationPath } from './authorization-requests.js'
import type { ListeningAuthService } from './listening-auth-service.js'
import type { GalleryPage } from './page-gallery.js'

/** The pages of a sign-in at another service. */
export const PROVIDER_GALLERY: readonly GalleryPage[] = [
  {
    name: 'sign-in-providers',
    async open(page, service) {
      await addGalleryProvider(service, 'github', { kind: 'github', label: 'GitHub' })
      await addGalleryProvider(service, 'harbour', { label: 'Harbour Authority of the Outer Hebrides' })
      await page.goto(service.url + authorizationPath())
    },
  },
  {
    name: 'sign-in-only-way',
    async open(page, service) {
      await addGalleryProvider(service, 'github', { kind: 'github', label: 'GitHub', isOnlyWay: true })
      await page.goto(service.url + authorizationPath())
    },
  },
  { name: 'sign-in-connect', open: (page, service) => comeBack(page, service, SOMEBODY) },
  { name: 'error-provider-unreachable', open: (page, service) => comeBack(page, service, 'unreachable') },
  {
    name: 'error-foreign-answer',
    open: (page, { url }) => page.goto(`${url}/auth/providers/github/callback?code=a&state=b`),
  },
]

const SOMEBODY: ProvenIdentity = {
  issuer: 'https://github.example',
  subject: '1',
  name: 'Ada Lovelace',
  email: 'ada@example.org',
  isEmailVerified: true,
  claims: {},
}

type Changes = Partial<Parameters<typeof insertProvider>[1]>

/** Registers a provider that is never asked for anything, or that a page of the gallery stands in for. */
export async function addGalleryProvider(
  { context }: ListeningAuthService,
  name: string,
  changes: Changes,
): Promise<void> {
  await context.store.write((transaction) =>
    insertProvider(transaction, {
      name,
      kind: 'oidc',
      label: name,
      issuer: `https://${name}.example`,
      clientId: 'our-client',
      encryptedSecret: '',
      scope: 'openid',
      signUpRule: null,
      isOnlyWay: false,
      createdAt: context.now(),
      ...changes,
    }),
  )
}

/** Goes to a provider that sends the browser back at once, as somebody, or with what went wrong. */
async function comeBack(
  page: Page,
  service: ListeningAuthService,
  outcome: ProvenIdentity | ProviderFault,
): Promise<void> {
  await addGalleryProvider(service, 'github', { kind: 'github', label: 'GitHub' })
  service.context.openProvider = () => ({
    // Where it listens, which is not where it says that it is.
    authorizationUrl: async ({ state }) =>
      new URL(`${service.url}/auth/providers/github/callback?code=a&state=${state}`),
    async identify() {
      if (typeof outcome !== 'string') return outcome
      throw new ProviderError('token', outcome, 'the gallery wants to see this')
    },
  })
  await page.goto(service.url + authorizationPath({ provider: 'github' }))
}
