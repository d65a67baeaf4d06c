import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { issueIdToken } from '../../../../server/auth-service/tokens/id-token.js'
import { authorizationPath } from '../../../support/auth-service/authorization-requests.js'
import type { PageBrowser } from '../../../support/auth-service/page-browser.js'
import { type PageService, pageService } from '../../../support/auth-service/page-service.js'
import { TEST_PASSWORD } from '../../../support/auth-service/test-context.js'

const WEB = { client_id: 'web', redirect_uri: 'https://app.example.org/callback', scope: 'openid' }

let service: PageService
let browser: PageBrowser
beforeAll(async () => {
  service = await pageService()
  await service.context.addAccount({ id: 'grace', username: 'grace', name: 'Grace Hopper' })
  await service.context.addClient({
    id: 'web',
    name: 'A web client',
    kind: 'web',
    secretHash: 'a hash',
    redirectUris: [WEB.redirect_uri],
  })
})
beforeEach(async () => {
  browser = service.browser()
  await service.allow(browser, WEB)
})
afterAll(() => service.close())

const ask = (changes: Record<string, string>) => browser.open(authorizationPath({ ...WEB, ...changes }))
const codeOf = (url: URL | undefined) => url?.searchParams.get('code')
const errorOf = (url: URL | undefined) => url?.searchParams.get('error')

describe('prompt=none (83)', () => {
  it('gives a code without any page where everything is settled', async () => {
    const { sentTo, passed } = await ask({ prompt: 'none' })
    expect(codeOf(sentTo)).toEqual(expect.any(String))
    expect(passed).toHaveLength(1)
  })

  it('says login_required where nobody is signed in', async () => {
    const visit = await service.browser().open(authorizationPath({ ...WEB, prompt: 'none' }))
    expect(errorOf(visit.sentTo)).toBe('login_required')
  })

  it('says consent_required for something new', async () => {
    const { sentTo } = await ask({ prompt: 'none', scope: 'openid email' })
    expect(errorOf(sentTo)).toBe('consent_required')
  })

  it('says login_required for a sign-in that is older than max_age', async () => {
    service.context.advanceSeconds(10)
    expect(codeOf((await ask({ prompt: 'none', max_age: '10' })).sentTo)).toEqual(expect.any(String))
    expect(errorOf((await ask({ prompt: 'none', max_age: '9' })).sentTo)).toBe('login_required')
  })

  it('says interaction_required to a public native client, even after consent (41)', async () => {
    await service.allow(browser)
    const { sentTo } = await browser.open(authorizationPath({ prompt: 'none' }))
    expect(errorOf(sentTo)).toBe('interaction_required')
  })

  it('follows id_token_hint to the account, whatever client got it and whenever', async () => {
    const ada = hintFor(service.account.id)
    const grace = hintFor('grace')
    service.context.advanceSeconds(3600)
    expect(codeOf((await ask({ prompt: 'none', id_token_hint: ada })).sentTo)).toEqual(expect.any(String))
    expect(errorOf((await ask({ prompt: 'none', id_token_hint: grace })).sentTo)).toBe('login_required')
  })
})

describe('prompt=login (83)', () => {
  it('asks for the password of whoever is signed in, and tells the client when that was', async () => {
    service.context.advanceSeconds(100)
    const page = await ask({ prompt: 'login' })
    expect(page.text).toContain('asks you to sign in once more')
    expect(page.forms[0]?.fields.find(({ name }) => name === 'username')?.value).toBe('ada')
    const { sentTo } = await browser.submit(page, { press: 'Sign in', fill: { password: TEST_PASSWORD } })
    expect(codeOf(sentTo)).toEqual(expect.any(String))
    expect(await service.codeOf(sentTo)).toMatchObject({ auth_time: service.context.now() })
  })

  it('is not satisfied by an address of the next page', async () => {
    const page = await ask({ prompt: 'login' })
    const skipped = await browser.open(page.path.replace('/auth/sign-in', '/auth/consent'))
    expect(skipped.text).toContain('asks you to sign in once more')
  })
})

describe('max_age (83)', () => {
  it('asks for a new sign-in once the last one is older', async () => {
    service.context.advanceSeconds(61)
    expect((await ask({ max_age: '61' })).sentTo).toBeDefined()
    const page = await ask({ max_age: '60' })
    expect(page.sentTo).toBeUndefined()
    const { sentTo } = await browser.submit(page, { press: 'Sign in', fill: { password: TEST_PASSWORD } })
    expect(codeOf(sentTo)).toEqual(expect.any(String))
  })

  it('0 always asks for a new sign-in, and is content with it', async () => {
    const page = await ask({ max_age: '0' })
    expect(page.sentTo).toBeUndefined()
    const { sentTo } = await browser.submit(page, { press: 'Sign in', fill: { password: TEST_PASSWORD } })
    expect(codeOf(sentTo)).toEqual(expect.any(String))
  })

  it('is the time of the last sign-in and not of the last visit', async () => {
    const signedInAt = service.context.now()
    service.context.advanceSeconds(1000)
    const { sentTo } = await ask({})
    expect(await service.codeOf(sentTo)).toMatchObject({ auth_time: signedInAt })
  })
})

describe('prompt=consent and prompt=select_account (83)', () => {
  it.each(['consent', 'select_account', 'consent select_account'])(
    'prompt=%s asks once more',
    async (prompt) => {
      const page = await ask({ prompt })
      expect(page.title).toMatch(/^Continue to A web client/)
      const { sentTo } = await browser.submit(page, { press: 'Continue' })
      expect(codeOf(sentTo)).toEqual(expect.any(String))
    },
  )

  it('prompt=login consent asks for both', async () => {
    const signInPage = await ask({ prompt: 'login consent' })
    const page = await browser.submit(signInPage, { press: 'Sign in', fill: { password: TEST_PASSWORD } })
    expect(page.title).toMatch(/^Continue to A web client/)
  })
})

describe('id_token_hint (83)', () => {
  it('of somebody else asks that person to sign in, and gives up on a third', async () => {
    const page = await ask({ id_token_hint: hintFor('grace') })
    expect(page.title).toMatch(/^Sign in/)
    const wrong = await browser.submit(page, {
      press: 'Sign in',
      fill: { username: 'ada', password: TEST_PASSWORD },
    })
    expect(errorOf(wrong.sentTo)).toBe('login_required')
    const again = await ask({ id_token_hint: hintFor('grace') })
    const right = await browser.submit(again, {
      press: 'Sign in',
      fill: { username: 'grace', password: TEST_PASSWORD },
    })
    expect(right.text).toContain('Grace Hopper')
  })
})

function hintFor(accountId: string): string {
  return issueIdToken(service.context, {
    client: { id: 'another', idTokenSignedResponseAlg: 'RS256' },
    account: { ...service.account, id: accountId },
    scope: 'openid',
    authTime: 0,
    accessToken: 'x',
  })
}
