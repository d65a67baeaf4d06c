import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { authorizationPath } from '../../../support/auth-service/authorization-requests.js'
import { startDevice } from '../../../support/auth-service/device-logins.js'
import type { PageBrowser, PageVisit } from '../../../support/auth-service/page-browser.js'
import { type PageService, pageService } from '../../../support/auth-service/page-service.js'
import { TEST_PASSWORD } from '../../../support/auth-service/test-context.js'
import { PROJECT_ROOT } from '../../../support/project-root.js'

let service: PageService
beforeEach(async () => {
  service = await pageService()
})
afterEach(() => service.close())

const IP = '192.0.2.1'
const LIMIT = 10

/** A page that asks for a password, in its browser. */
interface Asked {
  browser: PageBrowser
  page: PageVisit
}

/** Every way to one. */
const WAYS: Record<string, () => Promise<Asked>> = {
  'a sign-in': () => open(service.browser(IP), authorizationPath()),
  'the confirmation that a client asks for': async () =>
    open(await signedIn(), authorizationPath({ prompt: 'login' })),
  'the confirmation of an old sign-in': async () =>
    open(await signedIn(), authorizationPath({ max_age: '0' })),
  async 'a sign-in for a device'() {
    const { user_code } = await startDevice(service)
    const { browser, page } = await open(service.browser(IP), `/auth/device?user_code=${user_code}`)
    return { browser, page: await browser.submit(page) }
  },
}

async function open(browser: PageBrowser, path: string): Promise<Asked> {
  return { browser, page: await browser.open(path) }
}

/** A browser in which somebody is signed in. */
async function signedIn(): Promise<PageBrowser> {
  const browser = service.browser(IP)
  await service.signIn(browser)
  return browser
}

async function answer({ browser, page }: Asked, password: string): Promise<PageVisit> {
  return browser.submit(page, { press: 'Sign in', fill: { username: 'ada', password } })
}

describe('guessing a password', () => {
  it.each(Object.entries(WAYS))('is counted at %s as on all other ways (80, V13)', async (_name, way) => {
    // Before the first guess: a sign-in that is right makes it count from nothing.
    const asked = await way()
    const elsewhere = await open(service.browser(IP), authorizationPath())
    let page = asked
    for (let times = 0; times < LIMIT / 2; times++) {
      page = { ...page, page: await answer(page, 'guess') }
      expect(page.page.text).toContain('is not right')
      await answer(elsewhere, 'guess')
    }
    expect((await answer(page, TEST_PASSWORD)).status).toBe(429)
    expect((await answer(elsewhere, TEST_PASSWORD)).status).toBe(429)
  })
})

describe('the sources', () => {
  it('check a password in one place only, where guessing is counted (80, V13)', () => {
    const folder = join(PROJECT_ROOT, 'server/auth-service')
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.ts'),
    )
    const checking = files.filter((file) =>
      /\bpasswords\.verify\(/.test(readFileSync(join(folder, file), 'utf8')),
    )
    expect(checking.sort()).toEqual(['demo-account.ts', 'password-sign-in.ts'])
  })
})
