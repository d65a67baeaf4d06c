import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { listenAuthService } from '../../support/auth-service/listening-auth-service.js'
import { makePasswordLink } from '../../support/auth-service/password-links.js'
import { startBrowser } from '../../support/browser.js'

let browser: Browser
beforeAll(async () => {
  browser = await startBrowser()
})
afterAll(() => browser.close())

it('in Chromium, without scripts and with nothing but a keyboard, a link leads to a password and in', async () => {
  const service = await listenAuthService()
  const context = await browser.newContext({ javaScriptEnabled: false })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => complaints.push(message.text()))
  page.on('requestfailed', (request) => complaints.push(request.url()))
  try {
    const account = { username: 'grace', name: 'Grace Hopper', password_hash: null }
    const { id } = await service.context.addAccount(account)
    await page.goto(service.url + (await makePasswordLink(service.context, id, 'invitation')))
    await page.locator('#password:focus').waitFor()
    await page.keyboard.type('password1')
    await page.keyboard.press('Tab')
    await page.keyboard.type('password1')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').waitFor()
    expect(await page.getByLabel('New password').inputValue()).toBe('')
    await page.locator('#password:focus').waitFor()
    await page.keyboard.type('bugs in relays')
    await page.keyboard.press('Tab')
    await page.keyboard.type('bugs in relays')
    await page.keyboard.press('Tab')
    await page.locator('button:focus').waitFor()
    await page.keyboard.press('Space')
    await page.getByText('Grace Hopper').waitFor()
    await page.goto(`${service.url}/auth/signed-out`)
    await page.getByRole('heading', { name: 'You’re signed in' }).waitFor()
    expect(complaints).toEqual([])
  } finally {
    await context.close()
    await service.close()
  }
})
