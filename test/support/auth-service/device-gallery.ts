import type { Page } from 'playwright-core'
import { hashUserCode } from '../../../server/auth-service/tokens/device-codes.js'
import { DEVICE_REQUEST } from './device-logins.js'
import type { ListeningAuthService } from './listening-auth-service.js'
import type { GalleryPage } from './page-gallery.js'
import { TEST_PASSWORD } from './test-context.js'

/** The code of every device login in the gallery: it is to look the same each time. */
const USER_CODE = 'WDJB-MJHT'

/** The pages on which a person lets a device without a browser log in. */
export const DEVICE_GALLERY: readonly GalleryPage[] = [
  { name: 'device-code', open: (page, { url }) => page.goto(`${url}/auth/device`) },
  {
    name: 'device-code-given',
    open: (page, { url }) => page.goto(`${url}/auth/device?user_code=${USER_CODE}`),
  },
  {
    name: 'device-code-wrong',
    async open(page, { url }) {
      await page.goto(`${url}/auth/device?user_code=${USER_CODE}`)
      await enterAndSignIn(page)
    },
  },
  {
    name: 'device-sign-in',
    async open(page, { url }) {
      await page.goto(`${url}/auth/device?user_code=${USER_CODE}`)
      await page.getByRole('button', { name: 'Continue' }).click()
    },
  },
  { name: 'device-consent', open: (page, service) => openConsent(page, service, '203.0.113.24') },
  { name: 'device-consent-here', open: (page, service) => openConsent(page, service, '127.0.0.1') },
  {
    name: 'device-allowed',
    async open(page, service) {
      await openConsent(page, service, '203.0.113.24')
      await page.getByRole('button', { name: 'Allow' }).click()
    },
  },
  {
    name: 'device-declined',
    async open(page, service) {
      await openConsent(page, service, '203.0.113.24')
      await page.getByRole('button', { name: 'Decline' }).click()
    },
  },
  {
    name: 'error-too-many-codes',
    async open(page, { url }) {
      await page.goto(`${url}/auth/device?user_code=${USER_CODE}`)
      await enterAndSignIn(page)
      for (let tries = 0; tries < 5; tries++) await page.getByRole('button', { name: 'Continue' }).click()
    },
  },
]

/** A device at an address asks, and a person on another goes to the page where that is decided. */
async function openConsent(page: Page, service: ListeningAuthService, source: string): Promise<void> {
  const { url, context } = service
  await fetch(`${url}/device_authorization`, { method: 'POST', body: new URLSearchParams(DEVICE_REQUEST) })
  const { hash } = hashUserCode(context.settings.secret, USER_CODE)
  await context.store.write((transaction) =>
    transaction.updateTable('device_authorizations').set({ user_code_hash: hash, source }).execute(),
  )
  context.advanceSeconds(100)
  await page.goto(`${url}/auth/device?user_code=${USER_CODE}`)
  await enterAndSignIn(page)
}

async function enterAndSignIn(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByLabel('Username').fill('ada')
  await page.getByLabel('Password').fill(TEST_PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
}
