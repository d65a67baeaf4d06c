import type { Page } from 'playwright-core'
import { linkIdentity } from '../../../server/auth-service/store/identities.js'
import { noteSecurityEvent } from '../../../server/auth-service/store/security-events.js'
import { issueCode } from './codes.js'
import type { ListeningAuthService } from './listening-auth-service.js'
import type { GalleryPage } from './page-gallery.js'
import { addGalleryProvider } from './provider-gallery.js'
import { codeRequest } from './test-auth-service.js'
import { TEST_PASSWORD, TEST_RESOURCE } from './test-context.js'

/** What a device may call itself, and a program, and both are too long for any page. */
const LONG_NAME = 'the-machine-under-the-stairs-that-nobody-dares-to-switch-off-any-more'

/** The pages on which a person looks after their own account. */
export const ACCOUNT_GALLERY: readonly GalleryPage[] = [
  { name: 'account-sign-in', open: (page, { url }) => page.goto(`${url}/auth/account`) },
  {
    name: 'account-new',
    async open(page, service) {
      await signInToAccount(page, service)
      await page.goto(`${service.url}/auth/account?done=name-changed`)
    },
  },
  {
    name: 'account',
    async open(page, service) {
      await liveALittle(service)
      await signInToAccount(page, service)
    },
  },
  {
    name: 'account-name',
    async open(page, service) {
      await signInToAccount(page, service)
      await page.getByRole('link', { name: 'Change your name' }).click()
    },
  },
  {
    name: 'account-password',
    async open(page, service) {
      await signInToAccount(page, service)
      await page.getByRole('link', { name: 'Change your password' }).click()
    },
  },
  {
    name: 'account-password-failed',
    async open(page, service) {
      await signInToAccount(page, service)
      await page.getByRole('link', { name: 'Change your password' }).click()
      await page.getByLabel('Password now').fill('not this one')
      await page.getByLabel('New password').fill('a new horse and its battery')
      await page.getByLabel('The same once more').fill('a new horse and its battery')
      await page.getByRole('button', { name: 'Use this password' }).click()
    },
  },
  {
    name: 'account-sign-in-again',
    async open(page, service) {
      await addGalleryProvider(service, 'github', { kind: 'github', label: 'GitHub' })
      await signInToAccount(page, service)
      service.context.advanceSeconds(16 * 60)
      await page.getByRole('link', { name: 'Connected services' }).click()
    },
  },
  {
    name: 'account-providers',
    async open(page, service) {
      await linkSomebody(service)
      await signInToAccount(page, service)
      await page.getByRole('link', { name: 'Connected services' }).click()
    },
  },
  {
    name: 'error-last-way-in',
    async open(page, service) {
      await linkSomebody(service)
      await signInToAccount(page, service)
      await page.getByRole('link', { name: 'Connected services' }).click()
      await service.context.store.write((transaction) =>
        transaction.updateTable('accounts').set({ password_hash: null }).execute(),
      )
      await page.getByRole('button', { name: 'Disconnect' }).click()
    },
  },
]

/** Goes to the account and types a username and a password there. */
async function signInToAccount(page: Page, { url }: ListeningAuthService): Promise<void> {
  await page.goto(`${url}/auth/account`)
  await page.getByLabel('Username').fill('ada')
  await page.getByLabel('Password').fill(TEST_PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Your account' }).waitFor()
}

/** Two logins, in two places, and one event of each kind. */
async function liveALittle(service: ListeningAuthService): Promise<void> {
  const { context, account } = service
  await logIn(
    service,
    { resource: TEST_RESOURCE, scope: 'openid profile items:read items:write' },
    'lighthouse',
  )
  context.advanceSeconds(3_600)
  await logIn(service, {}, LONG_NAME)
  context.advanceSeconds(86_400)
  const about = { accountId: account.id, clientId: 'authcli', provider: 'github' }
  await context.store.write(async (transaction) => {
    for (const [index, kind] of KINDS.entries()) {
      const source = kind.startsWith('account-') ? null : index % 2 ? '2001:db8:1:2:3:4:5:6' : '198.51.100.7'
      await noteSecurityEvent(transaction, { ...about, kind, source, at: context.now() + index * 60_000 })
    }
  })
  context.advanceSeconds(3_600)
}

const KINDS = [
  'device-approved',
  'sign-in-failed',
  'login-ended',
  'password-changed',
  'password-link-made',
  'password-link-used',
  'provider-linked',
  'provider-unlinked',
  'signed-out-everywhere',
  'account-disabled',
  'account-enabled',
  'reuse-found',
] as const

/** Gets the tokens of a login, on a device that says what it is. */
async function logIn(
  { url, account, context }: ListeningAuthService,
  code: { resource?: string; scope?: string },
  deviceName: string,
): Promise<void> {
  const issued = await issueCode(context, { account_id: account.id, ...code })
  const body = new URLSearchParams({ ...codeRequest(issued.code), device_name: deviceName })
  const { ok } = await fetch(`${url}/token`, { method: 'POST', body })
  if (!ok) throw new Error('the code was refused')
}

async function linkSomebody(service: ListeningAuthService): Promise<void> {
  const { context, account } = service
  await addGalleryProvider(service, 'github', { kind: 'github', label: 'GitHub' })
  await addGalleryProvider(service, 'harbour', { label: 'Harbour Authority of the Outer Hebrides' })
  const identity = {
    issuer: 'https://github.example',
    subject: '1',
    email: 'the.very.long.address.of.ada.lovelace@analytical-engines.example.org',
  }
  await context.store.write((transaction) => linkIdentity(transaction, identity, account.id, context.now()))
}
