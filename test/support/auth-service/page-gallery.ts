import type { Page } from 'playwright-core'
import { PasswordsBusyError } from '../../../server/auth-service/passwords.js'
import { ACCOUNT_GALLERY } from './account-gallery.js'
import { authorizationPath } from './authorization-requests.js'
import { TEST_REDIRECT_URI } from './codes.js'
import { DEVICE_GALLERY } from './device-gallery.js'
import { LINK_GALLERY } from './link-gallery.js'
import type { ListeningAuthService } from './listening-auth-service.js'
import { PROVIDER_GALLERY } from './provider-gallery.js'
import { TEST_PASSWORD } from './test-context.js'

/** A page of the AuthService, and the way to it for a browser that has no cookies yet. */
export interface GalleryPage {
  name: string
  open(page: Page, service: ListeningAuthService): Promise<unknown>
}

/** A client on the web with a long name and a scope that nobody has described. */
const WEB_CLIENT = {
  id: 'tide-tables',
  name: 'Tide Tables for the Outer Hebrides',
  kind: 'web',
  secretHash: 'none',
  redirectUris: ['https://tides.example.org/callback?tenant=7'],
} as const

const ITEMS_AND_MORE = { url: 'https://api.example.org/v1', scopes: ['items:read', 'moon:phases'] }

/** What the gallery needs beyond what every listening AuthService has. */
export async function prepareGallery({ context }: ListeningAuthService): Promise<void> {
  await context.addClient({ ...WEB_CLIENT })
  await context.addResource({ ...ITEMS_AND_MORE, introspectionClientId: 'tides-api' })
}

/** Every page, errors included, each once. */
export const GALLERY: readonly GalleryPage[] = [
  { name: 'sign-in', open: (page, { url }) => page.goto(url + authorizationPath()) },
  {
    name: 'sign-in-failed',
    async open(page, { url }) {
      await page.goto(url + authorizationPath())
      await typeCredentials(page, 'ada', 'wrong')
    },
  },
  {
    name: 'sign-in-again',
    async open(page, service) {
      await signIn(page, service)
      await page.goto(service.url + authorizationPath({ prompt: 'login' }))
    },
  },
  {
    name: 'sign-in-refused-request',
    open: (page, { url }) => page.goto(url + authorizationPath({ scope: 'nothing:known' })),
  },
  { name: 'consent', open: signIn },
  {
    name: 'consent-again',
    async open(page, service) {
      await allowOnce(page, service)
      await page.goto(service.url + authorizationPath())
    },
  },
  {
    name: 'consent-web',
    open: (page, service) =>
      signIn(page, service, {
        client_id: WEB_CLIENT.id,
        redirect_uri: WEB_CLIENT.redirectUris[0],
        resource: ITEMS_AND_MORE.url,
        scope: 'openid profile email offline_access items:read moon:phases',
      }),
  },
  {
    name: 'sign-out',
    async open(page, service) {
      await signIn(page, service)
      await page.goto(`${service.url}/auth/logout`)
    },
  },
  { name: 'signed-out', open: (page, { url }) => page.goto(`${url}/auth/logout`) },
  {
    name: 'signed-in',
    async open(page, service) {
      await signIn(page, service)
      await page.goto(service.url)
    },
  },
  ...DEVICE_GALLERY,
  ...LINK_GALLERY,
  ...PROVIDER_GALLERY,
  ...ACCOUNT_GALLERY,
  {
    name: 'error-unknown-client',
    open: (page, { url }) => page.goto(url + authorizationPath({ client_id: 'nobody' })),
  },
  {
    name: 'error-redirect-uri',
    open: (page, { url }) => page.goto(url + authorizationPath({ redirect_uri: 'https://evil.example/' })),
  },
  {
    name: 'error-repeated-parameter',
    open: (page, { url }) => page.goto(`${url}${authorizationPath()}&state=other`),
  },
  {
    name: 'error-too-long',
    open: (page, { url }) => page.goto(url + authorizationPath({ state: 'x'.repeat(9000) })),
  },
  {
    name: 'error-expired',
    async open(page, { url, context }) {
      await page.goto(url + authorizationPath())
      context.advanceSeconds(31 * 60)
      await page.reload()
    },
  },
  {
    name: 'error-cookie-missing',
    async open(page, { url }) {
      await page.goto(url + authorizationPath())
      await page.context().clearCookies()
      await page.reload()
    },
  },
  {
    name: 'error-foreign-form',
    async open(page, service) {
      await signIn(page, service)
      await page.locator('input[name=token]').evaluate((input) => input.setAttribute('value', 'of another'))
      await page.getByRole('button', { name: 'Allow' }).click()
    },
  },
  {
    name: 'error-unreadable-form',
    open: (page, { url }) => page.goto(`${url}/auth/consent?interaction=changed`),
  },
  { name: 'error-logout', open: (page, { url }) => page.goto(`${url}/auth/logout?id_token_hint=changed`) },
  {
    name: 'error-logout-uri',
    open: (page, { url }) =>
      page.goto(
        `${url}/auth/logout?client_id=${WEB_CLIENT.id}&post_logout_redirect_uri=https://evil.example/`,
      ),
  },
  { name: 'error-not-found', open: (page, { url }) => page.goto(`${url}/auth/nothing`) },
  {
    name: 'error-too-many-failures',
    async open(page, { url }) {
      await page.goto(url + authorizationPath())
      for (let tries = 0; tries <= 10; tries++) await typeCredentials(page, 'mallory', 'guess')
    },
  },
  {
    name: 'error-busy',
    open: (page, service) =>
      signInWhile(page, service, async () => {
        throw new PasswordsBusyError()
      }),
  },
  {
    name: 'error-failed',
    open: (page, service) =>
      signInWhile(page, service, async () => {
        throw new Error('the gallery wants to see this')
      }),
  },
]

async function signIn(page: Page, { url }: ListeningAuthService, request = {}): Promise<void> {
  await page.goto(url + authorizationPath(request))
  await typeCredentials(page, 'ada', TEST_PASSWORD)
}

async function typeCredentials(page: Page, username: string, password: string): Promise<void> {
  await page.getByLabel('Username').fill(username)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/** Signs in and allows what is asked; a client that says nothing answers at the redirect URI. */
async function allowOnce(page: Page, service: ListeningAuthService): Promise<void> {
  await signIn(page, service)
  await page.route(`${TEST_REDIRECT_URI}**`, (route) => route.fulfill({ contentType: 'text/html', body: '' }))
  await page.getByRole('button', { name: 'Allow' }).click()
  await page.waitForURL(`${TEST_REDIRECT_URI}**`)
}

/** Signs in while passwords are checked by something else. */
async function signInWhile(
  page: Page,
  service: ListeningAuthService,
  verify: () => Promise<boolean>,
): Promise<void> {
  const { passwords } = service.context
  service.context.passwords = { ...passwords, verify }
  try {
    await signIn(page, service)
  } finally {
    service.context.passwords = passwords
  }
}
