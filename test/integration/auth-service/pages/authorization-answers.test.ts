import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  AUTHORIZATION_PARAMETERS,
  authorizationPath,
  authorizationQuery,
} from '../../../support/auth-service/authorization-requests.js'
import { TEST_REDIRECT_URI } from '../../../support/auth-service/codes.js'
import { type PageService, pageService } from '../../../support/auth-service/page-service.js'

let service: PageService
beforeAll(async () => {
  service = await pageService()
  await service.context.addClient({
    id: 'web',
    name: 'A web client',
    kind: 'web',
    secretHash: 'a hash',
    redirectUris: ['https://app.example.org/callback?tenant=a'],
  })
})
afterAll(() => service.close())

const WEB = { client_id: 'web', redirect_uri: 'https://app.example.org/callback?tenant=a' }

describe('an answer', () => {
  it.each([
    ['a script', '<script>alert(1)</script>'],
    ['quotes', `"' onload='x`],
    ['other languages', 'ünïcödé ✓ 日本語'],
    ['what means something in a URL', 'a b+c%20d&e=f#g'],
    ['a line break', 'line\r\nSet-Cookie: a=b'],
    ['2 KiB', 'x'.repeat(2048)],
    ['2 KiB beyond ASCII', 'é'.repeat(1024)],
  ])('gives a state with %s back as it came (14)', async (_case, state) => {
    const granted = await service.allow(service.browser(), { state })
    expect(granted.searchParams.get('state')).toBe(state)
    const refused = await service.browser().open(authorizationPath({ state, prompt: 'none' }))
    expect(refused.sentTo?.searchParams.get('state')).toBe(state)
  })

  it('holds a code, the state and the issuer, and nothing else (15, 25)', async () => {
    const { searchParams } = await service.allow(service.browser())
    expect([...searchParams.keys()]).toEqual(['code', 'state', 'iss'])
    expect(searchParams.get('iss')).toBe(service.context.settings.issuer)
    expect(searchParams.get('code')).toMatch(/^[\w-]{43}$/)
  })

  it('holds no state where none came', async () => {
    const { searchParams } = await service.allow(service.browser(), { state: undefined })
    expect([...searchParams.keys()]).toEqual(['code', 'iss'])
  })

  it('keeps the query of the registered address (4)', async () => {
    const { href } = await service.allow(service.browser(), WEB)
    expect(href).toMatch(/^https:\/\/app\.example\.org\/callback\?tenant=a&code=[\w-]{43}&state=/)
  })

  it('goes to whichever loopback port the native client listens on (2)', async () => {
    const { origin } = await service.allow(service.browser(), { redirect_uri: 'http://[::1]:50123/callback' })
    expect(origin).toBe('http://[::1]:50123')
  })
})

describe('the authorization endpoint', () => {
  it('takes a form post, and goes on with it as with a GET, cookies and all (13)', async () => {
    const browser = service.browser()
    await service.signIn(browser)
    const visit = await browser.post('/auth/authorize', authorizationQuery(), {
      'sec-fetch-site': 'cross-site',
    })
    expect(visit.passed.map(({ status }) => status)).toEqual([303, 303, 200])
    expect(visit.text).toContain('Ada Lovelace')
  })

  it('puts a query and a form together', async () => {
    const { scope, ...rest } = AUTHORIZATION_PARAMETERS
    const query = new URLSearchParams({ scope })
    const visit = await service.browser().post(`/auth/authorize?${query}`, new URLSearchParams(rest))
    expect(visit.title).toMatch(/^Sign in/)
  })

  it('ignores parameters that it does not know, and those that it may ignore (12, 83)', async () => {
    const ignored = {
      unknown: '1',
      acr_values: 'urn:mace:incommon:iap:silver',
      claims: '{"id_token":{"auth_time":{"essential":true}}}',
      display: 'popup',
      ui_locales: 'fr-CA',
      claims_locales: 'fr',
    }
    const visit = await service.browser().open(authorizationPath(ignored))
    expect(visit.title).toMatch(/^Sign in/)
    expect(visit.passed.at(-1)?.path).not.toContain('fr-CA')
  })

  it('takes an empty parameter for an absent one (12)', async () => {
    const changes = {
      prompt: '',
      max_age: '',
      request: '',
      resource: '',
      id_token_hint: '',
      response_mode: '',
    }
    const visit = await service.signIn(service.browser(), changes)
    expect(visit.title).toMatch(/^Allow/)
  })

  it.each(['application/json', 'multipart/form-data; boundary=x', 'text/plain'])(
    'answers a body of %s with a page (13)',
    async (contentType) => {
      const answer = await service.post('/auth/authorize', '{}', { 'content-type': contentType })
      expect(answer.status).toBe(400)
      expect(answer.headers['content-type']).toMatch(/^text\/html/)
    },
  )

  it.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD'] as const)(
    'answers %s with a page that says 405, and does nothing (13)',
    async (method) => {
      const before = await service.countCodes()
      for (const url of ['/auth/authorize', '/auth/sign-in', '/auth/consent', '/auth/logout']) {
        const answer = await service.app.inject({ method, url: `${url}?${authorizationQuery()}` })
        expect(answer.statusCode).toBe(405)
        expect(answer.headers['allow']).toBe('GET, POST')
      }
      expect(await service.countCodes()).toBe(before)
    },
  )

  it('writes nothing into the database before anybody has signed in', async () => {
    const count = async () =>
      (await service.context.store.read.selectFrom('browser_sessions').selectAll().execute()).length
    const before = await count()
    await service.browser().open(authorizationPath())
    expect(await count()).toBe(before)
  })
})

describe('the code', () => {
  it('is stored as a hash, with everything that it is bound to, and a grant of its own (26, 31, 32)', async () => {
    const answer = await service.allow(service.browser())
    const row = await service.codeOf(answer)
    expect(JSON.stringify(row)).not.toContain(answer.searchParams.get('code'))
    expect(row).toMatchObject({
      account_id: service.account.id,
      client_id: 'authcli',
      redirect_uri: TEST_REDIRECT_URI,
      code_challenge: AUTHORIZATION_PARAMETERS.code_challenge,
      nonce: AUTHORIZATION_PARAMETERS.nonce,
      resource: AUTHORIZATION_PARAMETERS.resource,
      scope: AUTHORIZATION_PARAMETERS.scope,
      auth_time: service.context.now(),
      expires_at: service.context.now() + 60_000,
      redeemed_at: null,
    })
    const other = await service.codeOf(await service.allow(service.browser()))
    expect(other?.['grant_id']).not.toBe(row?.['grant_id'])
  })

  it('is for the userinfo endpoint where no resource is named, and holds no challenge where none came (21)', async () => {
    await service.context.addClient({
      id: 'certified',
      kind: 'web',
      secretHash: 'a hash',
      requirePkce: false,
      redirectUris: ['https://certified.example/cb'],
    })
    const answer = await service.allow(service.browser(), {
      client_id: 'certified',
      redirect_uri: 'https://certified.example/cb',
      resource: undefined,
      scope: 'openid unknown',
      code_challenge: undefined,
      code_challenge_method: undefined,
      nonce: undefined,
    })
    expect(await service.codeOf(answer)).toMatchObject({
      resource: null,
      scope: 'openid',
      code_challenge: null,
      nonce: null,
    })
  })

  it('can be followed from the request to the grant by the audit log, which holds no secret (53)', async () => {
    const before = service.audit().length
    const { searchParams } = await service.allow(service.browser())
    const lines = service.audit().slice(before)
    expect(lines.map(({ event }) => event)).toEqual(['sign-in', 'consent', 'code-issued'])
    expect(new Set(lines.map(({ interactionId }) => interactionId)).size).toBe(1)
    expect(lines.at(-1)).toMatchObject({ grantId: expect.any(String), accountId: service.account.id })
    expect(JSON.stringify(service.log)).not.toContain(searchParams.get('code'))
    expect(JSON.stringify(service.log)).not.toContain('the state')
  })
})
