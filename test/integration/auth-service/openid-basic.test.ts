import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  CERTIFICATION_CREDENTIALS,
  type CertificationClient,
  startCertificationClient,
} from '../../support/auth-service/certification-client.js'
import { TEST_CODE_CHALLENGE, TEST_CODE_VERIFIER } from '../../support/auth-service/codes.js'

/*
 * The modules of the OpenID Foundation's Basic OP certification plan that apply to this AuthService, as black-box
 * tests under the plan's own names. Missing: oidcc-idtoken-unsigned (the algorithm `none` is not offered).
 */

let client: CertificationClient
beforeEach(async () => {
  client = await startCertificationClient()
})
afterEach(() => client.close())

/** The claims of the ID token that a code gives. */
const claimsOf = async (code: string | undefined) =>
  client.readIdToken((await client.redeem(code)).body['id_token'])

describe('the Basic OP plan: the request', () => {
  it('oidcc-server: a login with client_secret_basic succeeds', async () => {
    const response = await client.authorize()
    expect(response).toMatchObject({ state: 'the state', iss: client.service.url })
    const { status, body } = await client.redeem(response['code'])
    expect(status).toBe(200)
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 600 })
    expect(await client.readIdToken(body['id_token'])).toMatchObject({
      nonce: 'the nonce',
      sub: client.service.account.id,
    })
  })

  it('oidcc-server-client-secret-post: a login with client_secret_post succeeds', async () => {
    const { code } = await client.authorize()
    const { status } = await client.post(
      '/token',
      {
        grant_type: 'authorization_code',
        code,
        redirect_uri: client.redirectUri,
        ...CERTIFICATION_CREDENTIALS,
      },
      {},
    )
    expect(status).toBe(200)
  })

  it('oidcc-response-type-missing: a request without response_type is refused', async () => {
    const response = await client.authorize({ response_type: undefined })
    expect(response).toMatchObject({ state: 'the state', iss: client.service.url })
    expect(['invalid_request', 'unsupported_response_type']).toContain(response['error'])
  })

  it('oidcc-ensure-request-without-nonce-succeeds-for-code-flow', async () => {
    expect((await client.logIn({ nonce: undefined })).claims).not.toHaveProperty('nonce')
  })

  it('oidcc-ensure-request-with-unknown-parameter-succeeds', async () => {
    expect(await client.authorize({ extra: 'foobar' })).toHaveProperty('code')
  })

  it('oidcc-ensure-post-request-succeeds: an authorization request may be a form post', async () => {
    const response = await fetch(`${client.service.url}/auth/authorize`, {
      method: 'POST',
      body: client.authorizationParameters({}),
      redirect: 'manual',
    })
    expect(response.status).toBe(303)
    const next = new URL(response.headers.get('location') ?? '', client.service.url)
    expect(await client.finish(next)).toMatchObject({
      state: 'the state',
      code: expect.any(String),
    })
  })

  it('oidcc-ensure-registered-redirect-uri: another one is answered with a page and no redirect', async () => {
    const { status, passed, url } = await client.agent.open(
      client.authorizationUrl({ redirect_uri: `${client.redirectUri}/unregistered` }),
    )
    expect({ status, passed, origin: url.origin }).toEqual({
      status: 400,
      passed: [],
      origin: client.service.url,
    })
  })

  it.each(['page', 'popup'])('oidcc-display-%s: display is accepted', async (display) => {
    expect(await client.authorize({ display })).toHaveProperty('code')
  })

  it.each([
    ['ui-locales', { ui_locales: 'de fr' }],
    ['claims-locales', { claims_locales: 'de fr' }],
    ['ensure-request-with-acr-values-succeeds', { acr_values: '1 2' }],
    ['claims-essential', { claims: '{"userinfo":{"name":{"essential":true}}}' }],
  ])('oidcc-%s: the login succeeds', async (_name, parameters) => {
    expect(await client.authorize(parameters)).toHaveProperty('code')
  })

  it.each([
    ['request-uri-unsigned-supported-correctly-or-rejected', 'request_uri', 'request_uri_not_supported'],
    ['unsigned-request-object-supported-correctly-or-rejected', 'request', 'request_not_supported'],
    ['ensure-request-object-with-redirect-uri', 'request', 'request_not_supported'],
  ])('oidcc-%s: %s is rejected', async (_name, parameter, error) => {
    const value = parameter === 'request' ? 'eyJhbGciOiJub25lIn0.e30.' : 'https://rp.example/request.jwt'
    expect(await client.authorize({ [parameter]: value })).toMatchObject({ error, state: 'the state' })
  })

  it('oidcc-ensure-request-with-valid-pkce-succeeds', async () => {
    const pkce = { code_challenge: TEST_CODE_CHALLENGE, code_challenge_method: 'S256' }
    const { code } = await client.authorize(pkce)
    expect((await client.redeem(code, { code_verifier: TEST_CODE_VERIFIER })).status).toBe(200)
  })
})

describe('the Basic OP plan: the person', () => {
  it('oidcc-prompt-login: a second login asks again, and its auth_time is later', async () => {
    const first = await client.logIn()
    client.service.context.advanceSeconds(2)
    const shown = await client.agent.open(client.authorizationUrl({ prompt: 'login' }))
    expect(shown.forms.flatMap(({ fields }) => fields.map(({ type }) => type))).toContain('password')
    const second = await client.logIn({ prompt: 'login' })
    expect(Number(second.claims['auth_time'])).toBe(Number(first.claims['auth_time']) + 2)
    expect(second.claims.sub).toBe(first.claims.sub)
  })

  it('oidcc-prompt-none-not-logged-in: login_required without a page', async () => {
    expect(await client.authorizeSilently({ prompt: 'none' })).toMatchObject({ error: 'login_required' })
  })

  it('oidcc-prompt-none-logged-in: a code without a page, of the same sign-in', async () => {
    const first = await client.logIn()
    client.service.context.advanceSeconds(2)
    const response = await client.authorizeSilently({ prompt: 'none' })
    const claims = await claimsOf(response?.['code'])
    expect(claims).toMatchObject({ sub: first.claims.sub, auth_time: first.claims['auth_time'] })
  })

  it('oidcc-max-age-1: a sign-in of two seconds ago is too old', async () => {
    const first = await client.logIn()
    client.service.context.advanceSeconds(2)
    expect(await client.authorizeSilently({ max_age: '1' })).toBeUndefined()
    const second = await client.logIn({ max_age: '1' })
    expect(Number(second.claims['auth_time'])).toBe(Number(first.claims['auth_time']) + 2)
  })

  it('oidcc-max-age-10000: a sign-in of two seconds ago is young enough', async () => {
    const first = await client.logIn()
    client.service.context.advanceSeconds(2)
    const response = await client.authorizeSilently({ max_age: '10000' })
    const claims = await claimsOf(response?.['code'])
    expect(claims['auth_time']).toBe(first.claims['auth_time'])
  })

  it('oidcc-id-token-hint: the person of the hint gets through silently', async () => {
    const { id_token, claims } = await client.logIn()
    const response = await client.authorizeSilently({ prompt: 'none', id_token_hint: id_token })
    expect((await claimsOf(response?.['code'])).sub).toBe(claims.sub)
  })

  it('oidcc-login-hint: the sign-in page knows the name', async () => {
    const page = await client.agent.open(client.authorizationUrl({ login_hint: 'ada' }))
    const fields = page.forms.flatMap((form) => form.fields)
    expect(fields).toContainEqual(expect.objectContaining({ name: 'username', value: 'ada' }))
  })
})

describe('the Basic OP plan: the tokens', () => {
  it('oidcc-idtoken-signature: the signature is one of the published keys', async () => {
    expect((await client.logIn()).claims).toMatchObject({ iss: client.service.url })
  })

  it.each([
    ['profile', 'openid profile', { name: 'Ada Lovelace', preferred_username: 'ada' }],
    ['email', 'openid email', { email: 'ada@example.org' }],
    ['address', 'openid address', {}],
    ['phone', 'openid phone', {}],
    [
      'all',
      'openid profile email address phone',
      { name: 'Ada Lovelace', preferred_username: 'ada', email: 'ada@example.org' },
    ],
  ])('oidcc-scope-%s: userinfo has the claims that exist', async (_name, scope, claims) => {
    const { access_token } = await client.logIn({ scope })
    expect(await client.userinfo(access_token)).toEqual({
      status: 200,
      body: { sub: client.service.account.id, ...claims },
    })
  })

  it('oidcc-userinfo-get', async () => {
    expect((await client.userinfo((await client.logIn())['access_token'])).body).toEqual({
      sub: client.service.account.id,
    })
  })

  it('oidcc-userinfo-post-header and oidcc-userinfo-post-body', async () => {
    const { access_token } = await client.logIn()
    const inHeader = await client.post('/userinfo', {}, { authorization: `Bearer ${access_token}` })
    const inBody = await client.post('/userinfo', { access_token }, {})
    expect([inHeader.body, inBody.body]).toEqual(Array(2).fill({ sub: client.service.account.id }))
  })

  it.each([
    ['oidcc-codereuse', 0],
    ['oidcc-codereuse-30seconds', 30],
  ])('%s: a second use fails and ends the tokens of the first (29)', async (_name, seconds) => {
    const { code } = await client.authorize()
    const { body } = await client.redeem(code)
    expect((await client.userinfo(body['access_token'])).status).toBe(200)
    client.service.context.advanceSeconds(seconds)
    expect(await client.redeem(code)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
    expect((await client.userinfo(body['access_token'])).status).toBe(401)
  })

  it('oidcc-refresh-token: new tokens of the same person and sign-in', async () => {
    const { claims, refresh_token } = await client.logIn({
      scope: 'openid offline_access',
      prompt: 'consent',
    })
    client.service.context.advanceSeconds(2)
    const form = { grant_type: 'refresh_token', refresh_token }
    const { body } = await client.post('/token', form)
    const refreshed = await client.readIdToken(body['id_token'])
    const { iss, sub, aud, auth_time } = claims
    expect(refreshed).toMatchObject({ iss, sub, aud, auth_time })
    expect(Number(refreshed.iat)).toBe(Number(claims.iat) + 2)
    expect((await client.userinfo(body['access_token'])).status).toBe(200)
  })
})
