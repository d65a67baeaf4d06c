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

describe('a request that has no client or no address', () => {
  it.each([
    ['no client', { client_id: undefined }],
    ['an empty client', { client_id: '' }],
    ['an unknown client', { client_id: 'nobody' }],
    ['an address of another client', { redirect_uri: WEB.redirect_uri }],
    ['an unknown address', { redirect_uri: 'https://evil.example/' }],
    ['no address, of several', { redirect_uri: undefined }],
    ['an address that leads on', { redirect_uri: `${TEST_REDIRECT_URI}/../x` }],
    ['both wrong, and asks for silence', { client_id: 'nobody', prompt: 'none' }],
  ])('is answered with a page and never with a redirect: %s (5, 6)', async (_case, changes) => {
    for (const answer of [
      await service.get(authorizationPath(changes)),
      await service.post('/auth/authorize', authorizationQuery(changes)),
    ]) {
      expect(answer.status).toBe(400)
      expect(answer.headers).not.toHaveProperty('location')
      expect(answer.headers['content-type']).toMatch(/^text\/html/)
      expect(answer.text).not.toContain('evil.example')
      expect(answer.text).not.toContain('nobody')
    }
  })

  it.each(
    [...Object.keys(AUTHORIZATION_PARAMETERS), 'prompt', 'max_age', 'unknown', 'a[]', 'a[b]'].filter(
      (name) => name !== 'resource',
    ),
  )('is one that says %s twice (12, V8)', async (name) => {
    const once = new URLSearchParams(authorizationQuery({ [name]: 'x' }))
    const twice = `${once}&${new URLSearchParams({ [name]: 'x' })}`
    for (const answer of [
      await service.get(`/auth/authorize?${twice}`),
      await service.post('/auth/authorize', twice),
      await service.post(`/auth/authorize?${new URLSearchParams({ [name]: 'x' })}`, once.toString()),
    ]) {
      expect(answer.status).toBe(400)
      expect(answer.headers).not.toHaveProperty('location')
    }
  })

  it('is one that holds a NUL', async () => {
    const answer = await service.get(authorizationPath({ state: 'a\0b' }))
    expect(answer.status).toBe(400)
    expect(answer.headers).not.toHaveProperty('location')
  })

  it('is one that is too long to be carried along', async () => {
    const answer = await service.get(authorizationPath({ state: 'x'.repeat(8 * 1024) }))
    expect(answer.status).toBe(400)
    expect(answer.text).toContain('too long')
  })
})

describe('what is wrong with a request', () => {
  const mistakes: [string, Record<string, string | undefined>, string][] = [
    ['no response type', { response_type: undefined }, 'invalid_request'],
    ['the implicit flow', { response_type: 'token' }, 'unsupported_response_type'],
    ['a hybrid flow', { response_type: 'code id_token' }, 'unsupported_response_type'],
    ['another response mode', { response_mode: 'form_post' }, 'invalid_request'],
    ['no challenge', { code_challenge: undefined }, 'invalid_request'],
    ['a plain challenge', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['no challenge method', { code_challenge_method: undefined }, 'invalid_request'],
    ['no scope that is known', { scope: 'nothing' }, 'invalid_scope'],
    ['a malformed scope', { scope: 'openid  profile' }, 'invalid_scope'],
    ['an unknown resource', { resource: 'https://unknown.example' }, 'invalid_target'],
    ['no resource identifier', { resource: 'items' }, 'invalid_target'],
    ['a request object', { request: 'eyJ' }, 'request_not_supported'],
    ['a request by reference', { request_uri: 'https://c.example/1' }, 'request_uri_not_supported'],
    ['a registration', { registration: '{}' }, 'registration_not_supported'],
    ['an unknown prompt', { prompt: 'create' }, 'invalid_request'],
    ['prompt none and another', { prompt: 'none login' }, 'invalid_request'],
    ['a malformed max_age', { max_age: 'soon' }, 'invalid_request'],
    ['a forged hint', { id_token_hint: 'eyJhbGciOiJub25lIn0.e30.' }, 'invalid_request'],
  ]

  it.each(mistakes)(
    'is told to the client, but only once the person has signed in: %s (7, 14, 15, 16)',
    async (_case, changes, error) => {
      const browser = service.browser()
      const signInPage = await browser.open(authorizationPath(changes))
      expect(signInPage.sentTo).toBeUndefined()
      expect(signInPage.title).toMatch(/^Sign in/)
      const { sentTo } = await service.signIn(browser, changes)
      expect(`${sentTo?.origin}${sentTo?.pathname}`).toBe(TEST_REDIRECT_URI)
      const answer = Object.fromEntries(sentTo?.searchParams ?? [])
      expect(answer).toEqual({
        error,
        error_description: expect.stringMatching(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/),
        state: AUTHORIZATION_PARAMETERS.state,
        iss: service.context.settings.issuer,
      })
      const again = await browser.open(authorizationPath(changes))
      expect(again.sentTo?.searchParams.get('error')).toBe(error)
    },
  )

  it.each(mistakes.filter(([, changes]) => !('prompt' in changes)))(
    'is told to a client at once that wants no page to be shown: %s (7, 83)',
    async (_case, changes, error) => {
      const { sentTo, passed } = await service
        .browser()
        .open(authorizationPath({ ...changes, prompt: 'none' }))
      expect(sentTo?.searchParams.get('error')).toBe(error)
      expect(passed).toHaveLength(1)
    },
  )
})

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
