import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { issueIdToken } from '../../../../server/auth-service/tokens/id-token.js'
import type { PageBrowser } from '../../../support/auth-service/page-browser.js'
import { type PageService, pageService } from '../../../support/auth-service/page-service.js'

const BYE = 'https://app.example.org/bye?a=b'

let service: PageService
let browser: PageBrowser
beforeAll(async () => {
  service = await pageService()
  await service.context.addClient({
    id: 'web',
    name: 'A web client',
    kind: 'web',
    secretHash: 'a hash',
    redirectUris: ['https://app.example.org/callback'],
    postLogoutRedirectUris: [BYE],
  })
  await service.context.addClient({
    id: 'other',
    kind: 'web',
    redirectUris: ['https://other.example/cb'],
    postLogoutRedirectUris: ['https://other.example/bye'],
  })
})
beforeEach(async () => {
  browser = service.browser()
  await service.signIn(browser)
})
afterAll(() => service.close())

describe('logout', () => {
  it('with an ID token of who is signed in signs out and goes back, with state (88)', async () => {
    const { sentTo, status } = await logOut({
      id_token_hint: hint(),
      post_logout_redirect_uri: BYE,
      state: 'x&y',
    })
    expect(status).toBe(303)
    expect(sentTo?.href).toBe(`${BYE}&state=x%26y`)
    await expectSignedOut()
    expect(service.audit().at(-1)).toMatchObject({
      event: 'signed-out',
      accountId: service.account.id,
      clientId: 'web',
    })
  })

  it('takes an ID token that has expired (88)', async () => {
    const expired = hint()
    service.context.advanceSeconds(3600)
    expect((await logOut({ id_token_hint: expired, post_logout_redirect_uri: BYE })).sentTo?.href).toBe(BYE)
  })

  it('without an address to go to ends on a page of our own', async () => {
    expect((await logOut({ id_token_hint: hint() })).title).toMatch(/^Signed out/)
    await expectSignedOut()
  })

  it('removes the session here and takes the cookie away', async () => {
    const { passed } = await logOut({ id_token_hint: hint() })
    expect(passed[0]?.setCookie).toMatch(/^session-[0-9a-f]{8}=; .*Path=\/auth; Expires=Thu, 01 Jan 1970/)
  })

  it.each([
    ['nothing', {}],
    ['a client and no proof', { client_id: 'web', post_logout_redirect_uri: BYE }],
  ])('with %s asks, and signs out at the press of a button (88)', async (_case, parameters) => {
    const page = await logOut(parameters)
    expect(page.title).toMatch(/^Sign out\?/)
    expect(page.text).toContain('Ada Lovelace')
    await expectSignedIn()
    const visit = await browser.submit(page, { press: 'Sign out' })
    expect(visit.sentTo?.href ?? visit.path).toBe('client_id' in parameters ? BYE : '/auth/signed-out')
    await expectSignedOut()
  })

  it('with an ID token of somebody else asks (88)', async () => {
    const page = await logOut({ id_token_hint: hint({ accountId: 'grace' }), post_logout_redirect_uri: BYE })
    expect(page.title).toMatch(/^Sign out\?/)
    await expectSignedIn()
  })

  it('leaves the person signed in who prefers that', async () => {
    const page = await logOut({})
    const visit = await browser.submit(page, { press: 'Stay signed in' })
    expect(visit.title).toMatch(/^Signed in/)
    await expectSignedIn()
  })

  it.each([
    ['one that is not registered', { post_logout_redirect_uri: 'https://evil.example/' }],
    ['one with another query', { post_logout_redirect_uri: `${BYE}&c=d` }],
    ['one of another client', { post_logout_redirect_uri: 'https://other.example/bye' }],
    ['a redirect URI', { post_logout_redirect_uri: 'https://app.example.org/callback' }],
    ['one without a client', { id_token_hint: '', post_logout_redirect_uri: BYE }],
    ['one of a client that the token is not for', { client_id: 'other', post_logout_redirect_uri: BYE }],
    ['a path of somebody else', { post_logout_redirect_uri: '//evil.example' }],
  ])('to an address that the client did not register stays here: %s (6, 88)', async (_case, parameters) => {
    const visit = await logOut({ id_token_hint: hint(), ...parameters })
    expect(visit.status).toBe(400)
    expect(visit.sentTo).toBeUndefined()
    expect(visit.html).not.toContain('evil.example')
    await expectSignedIn()
  })

  it.each([
    ['is none', 'nonsense'],
    ['has another signature', () => `${hint().slice(0, -4)}AAAA`],
    ['was issued elsewhere', () => hint({ issuer: 'https://other.example' })],
    ['is an access token', async () => (await service.logIn()).access_token],
  ])('with an ID token that %s does nothing, and offers to sign out here (48, 88)', async (_case, token) => {
    const visit = await logOut({ id_token_hint: typeof token === 'string' ? token : await token() })
    expect(visit.status).toBe(400)
    expect(visit.html).toContain('href="/auth/logout"')
    await expectSignedIn()
  })

  it('takes a form post from the client’s own page, and puts no token into an address (13)', async () => {
    const token = hint()
    const form = new URLSearchParams({ id_token_hint: token, post_logout_redirect_uri: BYE, state: 's' })
    const visit = await browser.post('/auth/logout', form, { 'sec-fetch-site': 'cross-site' })
    expect(visit.passed.map(({ status }) => status)).toEqual([303, 303])
    expect(visit.passed[1]?.path).not.toContain(token)
    expect(visit.sentTo?.href).toBe(`${BYE}&state=s`)
    await expectSignedOut()
  })

  it.each(['id_token_hint', 'client_id', 'post_logout_redirect_uri', 'state', 'unknown'])(
    'refuses a second %s (12)',
    async (name) => {
      const visit = await browser.open(`/auth/logout?${name}=x&${name}=x`)
      expect(visit.status).toBe(400)
      await expectSignedIn()
    },
  )

  it('of nobody goes back to the client, or ends on a page of our own', async () => {
    const nobody = service.browser()
    const query = new URLSearchParams({ client_id: 'web', post_logout_redirect_uri: BYE })
    expect((await nobody.open(`/auth/logout?${query}`)).sentTo?.href).toBe(BYE)
    expect((await nobody.open('/auth/logout')).title).toMatch(/^Signed out/)
  })

  it('leaves what clients were allowed alone: their tokens are theirs to revoke', async () => {
    const { refresh_token: refreshToken } = await service.logIn()
    await logOut({ id_token_hint: hint() })
    expect((await service.refresh(refreshToken)).status).toBe(200)
  })
})

describe('the address of the service itself', () => {
  it('leads to a page that says who is signed in, and how to end that', async () => {
    expect((await browser.open('/')).html).toContain('href="/auth/logout"')
    expect((await service.browser().open('/')).title).toMatch(/^Signed out/)
  })
})

function logOut(parameters: Record<string, string>) {
  return browser.open(`/auth/logout?${new URLSearchParams(parameters)}`)
}

async function expectSignedIn() {
  expect((await browser.open('/auth/signed-out')).title).toMatch(/^Signed in/)
}

async function expectSignedOut() {
  expect((await browser.open('/auth/signed-out')).title).toMatch(/^Signed out/)
}

function hint({ accountId = service.account.id, issuer = '' } = {}): string {
  const { settings } = service.context
  return issueIdToken(
    issuer === '' ? service.context : { ...service.context, settings: { ...settings, issuer } },
    {
      client: { id: 'web', idTokenSignedResponseAlg: 'ES256' },
      account: { ...service.account, id: accountId },
      scope: 'openid',
      authTime: 0,
      accessToken: 'x',
    },
  )
}
