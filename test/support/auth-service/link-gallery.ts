import type { Page } from 'playwright-core'
import type { ListeningAuthService } from './listening-auth-service.js'
import type { GalleryPage } from './page-gallery.js'
import { makePasswordLink } from './password-links.js'

/** A name that no page is wide enough for. */
const LONG_NAME = 'Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh-Cholmondeley '.repeat(2).trim()

/** The page on which a person who has a link chooses a password. */
export const LINK_GALLERY: readonly GalleryPage[] = [
  { name: 'choose-password', open: openLink },
  {
    name: 'choose-password-invited',
    async open(page, { url, context }) {
      const account = { username: 'grace@example.org', name: LONG_NAME, password_hash: null }
      const { id } = await context.addAccount(account)
      await page.goto(url + (await makePasswordLink(context, id, 'invitation')))
    },
  },
  {
    name: 'choose-password-failed',
    async open(page, service) {
      await openLink(page, service)
      await choose(page, 'password123')
    },
  },
  {
    name: 'error-password-link-ended',
    open: (page, { url }) => page.goto(`${url}/auth/choose-password?token=${'A'.repeat(43)}`),
  },
  {
    name: 'error-too-many-links',
    async open(page, { url }) {
      const wrong = `${url}/auth/choose-password?token=${'A'.repeat(43)}`
      for (let tries = 0; tries < 20; tries++) await fetch(wrong)
      await page.goto(wrong)
    },
  },
]

async function openLink(page: Page, { url, account, context }: ListeningAuthService): Promise<void> {
  await page.goto(url + (await makePasswordLink(context, account.id)))
}

async function choose(page: Page, password: string): Promise<void> {
  await page.getByLabel('New password').fill(password)
  await page.getByLabel('The same once more').fill(password)
  await page.getByRole('button', { name: 'Use this password' }).click()
}
