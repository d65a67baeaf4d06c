import { createHash } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  PROVIDER_CLIENT_ID,
  PROVIDER_CLIENT_SECRET,
  type ProviderDouble,
  sendJson,
  signInAtDouble,
  startProviderDouble,
} from '../../../support/auth-service/provider-double.js'
import { rawJws } from '../../../support/backend-api/signer.js'

let double: ProviderDouble
beforeEach(async () => {
  double = await startProviderDouble()
})
afterEach(() => double.close())

describe('the way to the provider', () => {
  it('carries state, nonce and the challenge of PKCE with S256 (84)', async () => {
    const { url } = await signInAtDouble(double)
    expect(url.origin + url.pathname).toBe(`${double.origin}/authorize`)
    expect(Object.fromEntries(url.searchParams)).toEqual({
      tenant: '1',
      response_type: 'code',
      client_id: PROVIDER_CLIENT_ID,
      redirect_uri: 'http://127.0.0.1:9000/auth/providers/double/callback',
      scope: 'openid profile email',
      state: 'the-state',
      nonce: 'the-nonce',
      code_challenge: createHash('sha256').update('v'.repeat(43)).digest('base64url'),
      code_challenge_method: 'S256',
    })
  })

  it('asks for a new sign-in where there has to be one, and takes its time for a proof (83)', async () => {
    const startedAt = Date.now() - 120_000
    const request = { startedAt, isFresh: true }
    double.claims = { auth_time: Math.floor(startedAt / 1000) + 10 }
    const { url, identity } = await signInAtDouble(double, { request })
    expect(url.searchParams.get('prompt')).toBe('login')
    expect(url.searchParams.get('max_age')).toBe('0')
    expect(identity.subject).toBe('ada')
  })

  it.each([
    ['is older', { auth_time: Math.floor(Date.now() / 1000) - 3_600 }],
    ['is not told', {}],
  ])('takes no sign-in that %s for a new one (83)', async (_what, claims) => {
    double.claims = claims
    await expect(signInAtDouble(double, { request: { isFresh: true } })).rejects.toMatchObject({
      step: 'identity',
      fault: 'stale',
    })
  })
})

describe('the way back', () => {
  it('exchanges the code with the verifier, the secret and the address that the provider was given', async () => {
    await signInAtDouble(double)
    const asked = double.seen.find(({ path }) => path === '/token')
    const [, basic = ''] = /^Basic (.+)$/.exec(asked?.headers.authorization ?? '') ?? []
    const named = Buffer.from(basic, 'base64').toString().split(':')
    const decoded = named.map((text) => new URLSearchParams(`text=${text}`).get('text'))
    expect(decoded).toEqual([PROVIDER_CLIENT_ID, PROVIDER_CLIENT_SECRET])
    expect(Object.fromEntries(asked?.form ?? [])).toMatchObject({
      grant_type: 'authorization_code',
      code: 'the-code',
      code_verifier: 'v'.repeat(43),
      redirect_uri: 'http://127.0.0.1:9000/auth/providers/double/callback',
    })
  })

  it('sends the secret to a provider that would do without', async () => {
    double.metadata['token_endpoint_auth_methods_supported'] = ['none', 'client_secret_basic']
    await signInAtDouble(double)
    expect(double.seen.find(({ path }) => path === '/token')?.headers.authorization).toMatch(/^Basic /)
  })

  it('sends the secret in the body to a provider that takes it there', async () => {
    double.metadata['token_endpoint_auth_methods_supported'] = ['client_secret_basic', 'client_secret_post']
    await signInAtDouble(double)
    const asked = double.seen.find(({ path }) => path === '/token')
    expect(asked?.form.get('client_secret')).toBe(PROVIDER_CLIENT_SECRET)
    expect(asked?.headers.authorization).toBeUndefined()
  })

  it.each([
    ['another state', { state: 'other' }],
    ['no state', { state: null }],
    ['the name of another provider', { iss: 'https://other.example' }],
    ['both a token and a code', { id_token: 'x.y.z' }],
    ['no code', { code: null }],
    ['an empty code', { code: '' }],
  ])('refuses an answer with %s, and asks nothing (84, 85)', async (_what, answer) => {
    await expect(signInAtDouble(double, { answer })).rejects.toMatchObject({
      step: 'authorization',
      fault: 'wrong',
    })
    expect(double.seen.map(({ path }) => path)).not.toContain('/token')
  })

  it('refuses an answer without its name from a provider that always gives it (85)', async () => {
    double.metadata['authorization_response_iss_parameter_supported'] = true
    await expect(signInAtDouble(double)).rejects.toMatchObject({ step: 'authorization', fault: 'wrong' })
    expect((await signInAtDouble(double, { answer: { iss: double.origin } })).identity.subject).toBe('ada')
  })

  it.each([
    ['access_denied', 'refused'],
    ['login_required', 'refused'],
    ['temporarily_unavailable', 'unreachable'],
    ['server_error', 'unreachable'],
    ['unauthorized_client', 'wrong'],
    ['\u001b[2J<script>', 'wrong'],
  ])('knows who has to do something about the error %j', async (error, fault) => {
    const answer = { code: null, error, error_description: 'the code is s3cr3t' }
    const found = await signInAtDouble(double, { answer }).catch((reason: unknown) => reason)
    expect(found).toMatchObject({ step: 'authorization', fault })
    expect((found as Error).message).toMatch(/^it answered [\w ]+$/)
  })

  it('believes no error of an answer with another state (84)', async () => {
    const answer = { code: null, error: 'access_denied', state: 'other' }
    await expect(signInAtDouble(double, { answer })).rejects.toMatchObject({ fault: 'wrong' })
  })

  it.each([
    [400, 'invalid_grant', 'wrong'],
    [401, 'invalid_client', 'wrong'],
    [503, 'temporarily_unavailable', 'unreachable'],
    [400, 'temporarily_unavailable', 'unreachable'],
  ])('knows who has to do something about %i %s of the token endpoint', async (status, error, fault) => {
    double.answers.set('/token', (response) => sendJson(response, { error }, status))
    await expect(signInAtDouble(double)).rejects.toMatchObject({ step: 'token', fault })
  })
})

describe('who came back', () => {
  it('is known by issuer and subject, and by nothing else (86)', async () => {
    double.claims = { auth_time: 1_700_000_000, groups: ['staff', 'ops'], level: 3, nested: { a: 1 } }
    const { identity } = await signInAtDouble(double)
    expect(identity).toEqual({
      issuer: double.origin,
      subject: 'ada',
      name: 'Ada Lovelace',
      email: 'ada@example.org',
      isEmailVerified: true,
      claims: expect.objectContaining({ groups: ['staff', 'ops'], level: 3 }),
    })
    expect(identity.claims).not.toHaveProperty('nested')
  })

  it('has the issuer as it was registered, with or without the slash at the end', async () => {
    double.metadata['issuer'] = `${double.origin}/`
    double.claims = { iss: `${double.origin}/` }
    expect((await signInAtDouble(double)).identity.issuer).toBe(double.origin)
  })

  it('needs no userinfo endpoint', async () => {
    delete double.metadata['userinfo_endpoint']
    double.claims = { email: 'grace@example.org', email_verified: true }
    const { identity } = await signInAtDouble(double)
    expect(identity).toMatchObject({ email: 'grace@example.org', isEmailVerified: true, name: undefined })
  })

  it('is believed what was signed before what was not', async () => {
    double.claims = { name: 'Countess', email: 'signed@example.org', email_verified: false }
    const { identity } = await signInAtDouble(double)
    expect(identity).toMatchObject({
      name: 'Countess',
      email: 'signed@example.org',
      isEmailVerified: false,
    })
  })

  it('has no address of one place verified by another (87)', async () => {
    double.claims = { email: 'victim@example.org' }
    expect((await signInAtDouble(double)).identity.isEmailVerified).toBe(false)
  })

  it.each([
    ['fails', (response: ServerResponse) => response.writeHead(500).end(), 'unreachable'],
    ['never answers', () => undefined, 'unreachable'],
    ['refuses the token', (response: ServerResponse) => sendJson(response, {}, 403), 'wrong'],
    ['sends us elsewhere', (response: ServerResponse) => response.writeHead(302).end(), 'wrong'],
    ['answers with a list', (response: ServerResponse) => sendJson(response, ['ada']), 'wrong'],
    ['answers with nothing', (response: ServerResponse) => sendJson(response, null), 'wrong'],
    ['answers with noise', (response: ServerResponse) => response.writeHead(200).end('s3cr3t'), 'wrong'],
    ['answers without end', (response: ServerResponse) => response.end('x'.repeat(300_000)), 'wrong'],
    [
      'signs with a key of somebody else',
      (response: ServerResponse) =>
        response
          .writeHead(200, { 'content-type': 'application/jwt' })
          .end(
            rawJws(
              { alg: 'ES256', kid: 'key-1' },
              { iss: double.origin, aud: PROVIDER_CLIENT_ID, sub: 'ada' },
            ),
          ),
      'wrong',
    ],
  ] satisfies [string, (response: ServerResponse) => unknown, string][])(
    'is nobody where the userinfo endpoint %s (86)',
    async (_what, answer, fault) => {
      double.answers.set('/userinfo', (response) => void answer(response))
      const found = await signInAtDouble(double, { timeoutMs: 300 }).catch((error: unknown) => error)
      expect(found).toMatchObject({ name: 'ProviderError', step: 'identity', fault })
      expect((found as Error).message).not.toContain('s3cr3t')
    },
  )

  it('is not somebody else of the userinfo endpoint (86)', async () => {
    double.userinfo = { ...double.userinfo, sub: 'mallory' }
    await expect(signInAtDouble(double)).rejects.toMatchObject({ step: 'identity', fault: 'wrong' })
  })
})
