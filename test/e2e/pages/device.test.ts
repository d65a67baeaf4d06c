import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { DEVICE_REQUEST, type DeviceStart, pollRequest } from '../../support/auth-service/device-logins.js'
import {
  type ListeningAuthService,
  listenAuthService,
} from '../../support/auth-service/listening-auth-service.js'
import { TEST_PASSWORD } from '../../support/auth-service/test-context.js'
import { startBrowser } from '../../support/browser.js'

let browser: Browser
let service: ListeningAuthService
let context: BrowserContext
let page: Page
let device: DeviceStart
/** What Chromium complains about: policies, mixed content, failed loads. */
let complaints: string[]

beforeAll(async () => {
  browser = await startBrowser()
})
afterAll(() => browser.close())
beforeEach(async () => {
  service = await listenAuthService()
  device = (await post('/device_authorization', DEVICE_REQUEST)) as unknown as DeviceStart
  await useBrowser({})
})
afterEach(async () => {
  await context.close()
  await service.close()
})

describe('in Chromium', () => {
  it('the link of a device leads over the code and the sign-in to the consent, and the device gets tokens (76)', async () => {
    await page.goto(device.verification_uri_complete)
    expect(await page.getByLabel('Code').inputValue()).toBe(device.user_code)
    await page.getByRole('button', { name: 'Continue' }).click()
    await signIn()
    await page.getByText(device.user_code).waitFor()
    expect(await poll()).toMatchObject({ error: 'authorization_pending' })
    await page.getByRole('button', { name: 'Allow' }).click()
    await page.getByRole('heading', { name: 'That’s it' }).waitFor()
    service.context.advanceSeconds(5)
    expect(await poll()).toMatchObject({ token_type: 'Bearer', refresh_token: expect.any(String) })
    expect(complaints).toEqual([])
  })

  it('everything works with nothing but a keyboard, and Enter in the last form allows nothing (76)', async () => {
    await page.goto(device.verification_uri)
    await page.locator('#user_code:focus').waitFor()
    await page.keyboard.type(device.user_code.toLowerCase().replace('-', ''))
    await page.keyboard.press('Enter')
    await page.locator('#username:focus').waitFor()
    await page.keyboard.type('ada')
    await page.keyboard.press('Tab')
    await page.keyboard.type(TEST_PASSWORD)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Allow authcli' }).waitFor()
    for (const name of ['Use another account', 'Decline', 'Allow']) {
      await page.keyboard.press('Tab')
      expect(await page.locator(':focus').textContent()).toBe(name)
    }
    expect(await poll()).toMatchObject({ error: 'authorization_pending' })
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Nothing was allowed' }).waitFor()
    expect(await poll()).toMatchObject({ error: 'access_denied' })
  })

  it('everything works without JavaScript', async () => {
    await context.close()
    await useBrowser({ javaScriptEnabled: false })
    await page.goto(device.verification_uri_complete)
    await page.getByRole('button', { name: 'Continue' }).click()
    await signIn()
    await page.getByRole('button', { name: 'Decline' }).click()
    await page.getByRole('heading', { name: 'Nothing was allowed' }).waitFor()
  })

  it('both buttons are equally large and of one colour (77)', async () => {
    await page.goto(device.verification_uri_complete)
    await page.getByRole('button', { name: 'Continue' }).click()
    await signIn()
    const looks = (await page.evaluate(LOOKS)) as object[]
    expect(looks).toHaveLength(2)
    expect(looks[0]).toEqual(looks[1])
  })
})

/** How the two buttons at the end look; halves of a pixel are not seen. */
const LOOKS = `[...document.querySelectorAll('.choice button')].map((button) => {
  const { width, height } = button.getBoundingClientRect()
  const { backgroundColor, color, fontWeight, borderColor } = getComputedStyle(button)
  return { width: Math.round(width), height: Math.round(height), backgroundColor, color, fontWeight, borderColor }
})`

async function signIn(): Promise<void> {
  await page.getByLabel('Username').fill('ada')
  await page.getByLabel('Password').fill(TEST_PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

const poll = () => post('/token', pollRequest(device.device_code))

async function post(path: string, form: Record<string, string>): Promise<Record<string, unknown>> {
  const response = await fetch(service.url + path, { method: 'POST', body: new URLSearchParams(form) })
  return (await response.json()) as Record<string, unknown>
}

async function useBrowser(options: { javaScriptEnabled?: boolean }): Promise<void> {
  context = await browser.newContext(options)
  page = await context.newPage()
  complaints = []
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('requestfailed', (request) => complaints.push(request.url()))
}
