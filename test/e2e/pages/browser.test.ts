import { createServer } from 'node:http'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { authorizationPath } from '../../support/auth-service/authorization-requests.js'
import {
  type ListeningAuthService,
  listenAuthService,
} from '../../support/auth-service/listening-auth-service.js'
import { type LoopbackListener, listenOnLoopback } from '../../support/auth-service/loopback-listener.js'
import { TEST_PASSWORD } from '../../support/auth-service/test-context.js'
import { startBrowser } from '../../support/browser.js'

let browser: Browser
let service: ListeningAuthService
let listener: LoopbackListener
let context: BrowserContext
let page: Page
/** What Chromium complains about: policies, mixed content, failed loads. */
let complaints: string[]

beforeAll(async () => {
  browser = await startBrowser()
})
afterAll(() => browser.close())
beforeEach(async () => {
  service = await listenAuthService()
  listener = await listenOnLoopback()
  await useBrowser({})
})
afterEach(async () => {
  await context.close()
  await listener.close()
  await service.close()
})

describe('in Chromium', () => {
  it('the way leads from the request over both pages to the loopback listener (10)', async () => {
    await page.goto(start())
    await signIn()
    await page.getByRole('button', { name: 'Allow' }).click()
    await page.waitForURL(`${listener.redirectUri}**`)
    const [{ url } = { url: undefined }] = listener.requests
    expect(url?.searchParams.get('code')).toMatch(/^[\w-]{43}$/)
    expect(url?.searchParams.get('iss')).toBe(service.url)
    expect(complaints).toEqual([])
  })

  it('a press of Decline gets there too', async () => {
    await page.goto(start())
    await signIn()
    await page.getByRole('button', { name: 'Decline' }).click()
    await page.waitForURL(`${listener.redirectUri}**`)
    expect(listener.requests[0]?.url.searchParams.get('error')).toBe('access_denied')
  })

  it('an IPv6 listener is reached, whose address no policy can name', async () => {
    const v6 = await listenOnLoopback('[::1]')
    await page.goto(start({ redirect_uri: v6.redirectUri }))
    await signIn()
    await page.getByRole('button', { name: 'Allow' }).click()
    await page.waitForURL(`${v6.redirectUri}**`)
    expect(complaints).toEqual([])
    await v6.close()
  })

  it('the listener at the same address gets no cookie and no referrer, though the browser has one (11, 82)', async () => {
    await page.goto(start())
    await signIn()
    await page.getByRole('button', { name: 'Allow' }).click()
    await page.waitForURL(`${listener.redirectUri}**`)
    expect(await context.cookies(`${service.url}/auth/consent`)).toHaveLength(1)
    expect(listener.requests[0]?.headers).not.toHaveProperty('cookie')
    expect(listener.requests[0]?.headers).not.toHaveProperty('referer')
  })

  it('a form goes to no other address than that of its request (10)', async () => {
    const other = await listenOnLoopback()
    await page.goto(start())
    await page
      .locator('form')
      .evaluate((form, action) => form.setAttribute('action', action), other.redirectUri)
    await page.getByLabel('Username').fill('ada')
    await page.getByLabel('Password').fill('secret')
    const refused = page.waitForEvent('console', (message) => message.text().includes('form-action'))
    await page.locator('form').evaluate((form) => (form as unknown as { submit(): void }).submit())
    await refused
    expect(other.requests).toEqual([])
    await other.close()
  })

  it('everything works without JavaScript', async () => {
    await context.close()
    await useBrowser({ javaScriptEnabled: false })
    await page.goto(start())
    await signIn()
    await page.getByRole('button', { name: 'Allow' }).click()
    await page.waitForURL(`${listener.redirectUri}**`)
    expect(listener.requests[0]?.url.searchParams.has('code')).toBe(true)
  })

  it('everything works with nothing but a keyboard, and shows where one is', async () => {
    await page.goto(start())
    // Autofocus comes with the first picture, which can be after the load event.
    await page.locator('#username:focus').waitFor()
    await page.keyboard.type('ada')
    await expectVisibleFocus()
    await page.keyboard.press('Tab')
    await page.keyboard.type('wrong')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').waitFor()
    expect(await page.getByLabel('Username').inputValue()).toBe('ada')
    await page.locator('#password:focus').waitFor()
    await page.keyboard.type(TEST_PASSWORD)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Allow authcli' }).waitFor()
    for (const name of ['Use another account', 'Decline', 'Allow']) {
      await page.keyboard.press('Tab')
      expect(await page.locator(':focus').textContent()).toBe(name)
      await expectVisibleFocus()
    }
    await page.keyboard.press('Enter')
    await page.waitForURL(`${listener.redirectUri}**`)
  })

  it('the way back leads to a page that can be used', async () => {
    await page.goto(start())
    await signIn()
    await page.getByRole('button', { name: 'Allow' }).click()
    await page.waitForURL(`${listener.redirectUri}**`)
    await page.goBack()
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.waitForURL(`${listener.redirectUri}**`)
    expect(listener.requests).toHaveLength(2)
  })

  it('another site can neither post our forms nor show our pages in a frame (10, 18)', async () => {
    await page.goto(start())
    await signIn()
    const form = await page.locator('form').evaluate((element) => element.outerHTML)
    const site = await serve(
      `${form.replace('action="', `action="${service.url}`)}<iframe src="${service.url}/auth/signed-out"></iframe>`,
    )
    await page.goto(site.url)
    expect(page.frames()[1]?.url()).toMatch(/^chrome-error:/)
    await page.getByRole('button', { name: 'Allow' }).click()
    await page.getByRole('heading', { name: 'That didn’t come from our page' }).waitFor()
    expect(listener.requests).toEqual([])
    await site.close()
  })

  it('a client’s own page may post its request, and whoever is signed in stays so (13)', async () => {
    await page.goto(start())
    await signIn()
    await page.getByRole('heading', { name: 'Allow authcli' }).waitFor()
    const fields = [...new URL(start()).searchParams].map(
      ([name, value]) => `<input type="hidden" name="${name}" value="${value}">`,
    )
    const site = await serve(
      `<form method="post" action="${service.url}/auth/authorize">${fields.join('')}<button>Go</button></form>`,
    )
    await page.goto(site.url)
    await page.getByRole('button', { name: 'Go' }).click()
    await page.getByRole('heading', { name: 'Allow authcli' }).waitFor()
    await site.close()
  })
})

async function useBrowser(options: { javaScriptEnabled?: boolean }): Promise<void> {
  context = await browser.newContext(options)
  page = await context.newPage()
  complaints = []
  page.on('console', (message) => complaints.push(message.text()))
  page.on('requestfailed', (request) => complaints.push(`${request.url()} ${request.failure()?.errorText}`))
}

function start(changes: Record<string, string> = {}): string {
  return service.url + authorizationPath({ redirect_uri: listener.redirectUri, ...changes })
}

async function signIn(): Promise<void> {
  await page.getByLabel('Username').fill('ada')
  await page.getByLabel('Password').fill(TEST_PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

async function expectVisibleFocus(): Promise<void> {
  const width = await page.locator(':focus').evaluate((element) => {
    const { getComputedStyle } = element.ownerDocument.defaultView as unknown as {
      getComputedStyle(of: unknown): { outlineStyle: string; outlineWidth: string }
    }
    const { outlineStyle, outlineWidth } = getComputedStyle(element)
    return outlineStyle === 'solid' ? outlineWidth : outlineStyle
  })
  expect(width).toBe('3px')
}

/** Another site: the same address and another port is one for `Origin`, the same one for cookies. */
async function serve(body: string): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html')
    response.end(`<!doctype html><title>another site</title>${body}`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('there is no port')
  return {
    url: `http://127.0.0.1:${address.port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
