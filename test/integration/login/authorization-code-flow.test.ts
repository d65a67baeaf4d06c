import { createHash, createHmac } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { discoverAuthorizationServer } from '../../../src/discovery/discover.js'
import { authorizationCodeFlow } from '../../../src/login/authorization-code-flow.js'
import type { TokenSet } from '../../../src/login/token-set.js'
import type { TraceEvent } from '../../../src/trace.js'
import {
  type AuthServiceDouble,
  type Lies,
  sendJson,
  startAuthServiceDouble,
} from '../../support/cli/auth-service-double.js'
import { createTestHttp } from '../../support/cli/test-http.js'

const http = createTestHttp({ timeoutMs: 2000 })
const CLIENT_ID = 'authcli'
const RESOURCE = 'http://127.0.0.1:9001'
const SCOPE = 'openid offline_access items:read'

let double: AuthServiceDouble

beforeAll(async () => {
  double = await startAuthServiceDouble()
})
afterAll(() => double.stop())
beforeEach(() => {
  double.lies = {}
  double.authorizationRequests.length = 0
  double.tokenRequests.length = 0
})

interface Login {
  /** What the person does with the URL; by default a browser that follows it. */
  person?: (url: URL) => unknown
  keep?: (tokens: TokenSet) => Promise<unknown>
  timeoutSeconds?: number
  signal?: AbortSignal
  scope?: string
}

/** Runs one login, and gives its outcome, what the browser showed in the end, and the trace. */
async function logIn(login: Login = {}) {
  const pages: Promise<Response>[] = []
  const trace: TraceEvent[] = []
  const follow = (url: URL) => pages.push(fetch(url))
  const server = await discoverAuthorizationServer({ http }, double.issuer)
  const outcome = await authorizationCodeFlow(
    {
      http,
      trace: (event) => trace.push(event),
      signal: login.signal ?? new AbortController().signal,
      sendPersonTo: login.person ?? follow,
    },
    {
      server,
      clientId: CLIENT_ID,
      resource: RESOURCE,
      scope: login.scope ?? SCOPE,
      timeoutSeconds: login.timeoutSeconds ?? 10,
    },
    login.keep ?? (async (tokens) => tokens),
  ).catch((error: unknown) => error)
  const shown = await Promise.all(pages).then((all) => Promise.all(all.map((page) => page.text())))
  return { outcome, page: shown.join(), trace }
}

function failsWith(code: string, message: RegExp) {
  return expect.objectContaining({ code, message: expect.stringMatching(message) })
}

describe('the authorization code flow', () => {
  it('exchanges the code for checked tokens', async () => {
    const { outcome, page, trace } = await logIn()
    expect(outcome).toMatchObject({
      accessToken: 'access-token-1',
      refreshToken: 'refresh-token-1',
      expiresInSeconds: 600,
      scope: SCOPE,
      idTokenClaims: { sub: 'subject-1', preferred_username: 'demo' },
    })
    expect(page).toContain('You are logged in')
    expect(trace.map(({ event }) => event)).toEqual(['callback-received', 'tokens-received'])
  })

  it('asks with PKCE S256, state, nonce, resource and a loopback redirect', async () => {
    await logIn()
    const [query] = double.authorizationRequests
    expect(Object.fromEntries(query ?? [])).toEqual({
      response_type: 'code',
      client_id: CLIENT_ID,
      redirect_uri: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/callback$/),
      scope: SCOPE,
      resource: RESOURCE,
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
      prompt: 'consent',
    })
  })

  it('proves with the verifier of its challenge that it asked, and names resource and redirect again', async () => {
    await logIn()
    const body = Object.fromEntries(double.tokenRequests[0] ?? [])
    expect(body).toEqual({
      grant_type: 'authorization_code',
      client_id: CLIENT_ID,
      code: 'code-1',
      redirect_uri: double.authorizationRequests[0]?.get('redirect_uri'),
      resource: RESOURCE,
      code_verifier: expect.stringMatching(/^[\w-]{43}$/),
    })
    const challenge = createHash('sha256')
      .update(body['code_verifier'] ?? '')
      .digest('base64url')
    expect(challenge).toBe(double.authorizationRequests[0]?.get('code_challenge'))
  })

  it('asks for consent only where it asks to go on without the person', async () => {
    await logIn({ scope: 'openid items:read' })
    expect(double.authorizationRequests[0]?.has('prompt')).toBe(false)
  })

  it('uses a fresh verifier, state, nonce and port for each try (99)', async () => {
    await logIn()
    await logIn()
    const [one, other] = double.authorizationRequests
    for (const name of ['state', 'nonce', 'code_challenge', 'redirect_uri']) {
      expect(one?.get(name)).not.toBe(other?.get(name))
    }
    expect(double.tokenRequests[0]?.get('code_verifier')).not.toBe(
      double.tokenRequests[1]?.get('code_verifier'),
    )
  })

  it('shows "logged in" only after the tokens were kept', async () => {
    const kept = await logIn({ keep: async () => 'kept' })
    expect(kept).toMatchObject({ outcome: 'kept', page: expect.stringContaining('You are logged in') })
    const lost = await logIn({
      keep: async () => {
        throw new Error('the store is full')
      },
    })
    expect(lost.outcome).toMatchObject({ message: 'the store is full' })
    expect(lost.page).toContain('The login failed')
  })

  it.each([
    ['the wrong issuer', { iss: 'http://evil.example' }, /unexpected iss/],
    ['the issuer with a slash', { iss: 'slash' }, /unexpected iss/],
    ['no issuer, though the server promised one', { iss: undefined }, /iss .*missing/],
  ])('believes no answer with %s (15, 85, 99)', async (_what, change, message) => {
    double.lies.answer = (honest) => changed(honest, change)
    const { outcome, page } = await logIn()
    expect(outcome).toEqual(failsWith('LOGIN_FAILED', message))
    expect(page).toContain('The login failed')
    expect(double.tokenRequests).toEqual([])
  })

  it('looks at the issuer before it believes an error (85, 99)', async () => {
    const change = { code: undefined, error: 'access_denied', iss: 'http://evil.example' }
    double.lies.answer = (honest) => changed(honest, change)
    expect((await logIn()).outcome).toEqual(failsWith('LOGIN_FAILED', /unexpected iss/))
  })

  it.each([
    ['wrong state', { state: 'wrong' }],
    ['no state', { state: undefined }],
    ['an error and the wrong state', { code: undefined, error: 'access_denied', state: 'wrong' }],
  ])('waits on after an answer with %s, until its time is over (99)', async (_what, change) => {
    double.lies.answer = (honest) => changed(honest, change)
    const { outcome, page } = await logIn({ timeoutSeconds: 0.3 })
    expect(outcome).toEqual(failsWith('LOGIN_TIMEOUT', /nobody finished the login/))
    expect(page).toContain('not the expected answer')
    expect(double.tokenRequests).toEqual([])
  })

  it.each(['code', 'state', 'iss'])('waits on after an answer that repeats %s (12, 99)', async (name) => {
    double.lies.answer = (honest) => new URLSearchParams([...honest, [name, honest.get(name) ?? '']])
    const { outcome } = await logIn({ timeoutSeconds: 0.3 })
    expect(outcome).toEqual(failsWith('LOGIN_TIMEOUT', /nobody finished/))
    expect(double.tokenRequests).toEqual([])
  })

  it('succeeds with the right answer after strays, forgeries and a slow start (98, 99)', async () => {
    const { outcome } = await logIn({
      person: async (url) => {
        const callback = url.searchParams.get('redirect_uri') ?? ''
        await fetch(`${new URL(callback).origin}/favicon.ico`)
        await fetch(`${callback}?error=access_denied&state=guessed`)
        await fetch(`${callback}?code=stolen&state=guessed&iss=${double.issuer}`)
        await fetch(url)
      },
    })
    expect(outcome).toMatchObject({ accessToken: 'access-token-1' })
    expect(double.tokenRequests[0]?.get('code')).toBe('code-1')
  })

  it('exchanges one code, however often the browser comes back (98)', async () => {
    const { outcome } = await logIn({
      person: async (url) => {
        const redirect = await fetch(url, { redirect: 'manual' })
        const callback = redirect.headers.get('location') ?? ''
        await Promise.all([fetch(callback), fetch(callback), fetch(callback)])
      },
    })
    expect(outcome).toMatchObject({ accessToken: 'access-token-1' })
    expect(double.tokenRequests).toHaveLength(1)
  })

  it('says that the person declined', async () => {
    const change = { code: undefined, error: 'access_denied', error_description: 'they said no' }
    double.lies.answer = (honest) => changed(honest, change)
    const { outcome, page } = await logIn()
    expect(outcome).toEqual(failsWith('LOGIN_FAILED', /declined: access_denied – they said no/))
    expect(page).toContain('The login failed')
  })

  it('ends at once when it is interrupted, and leaves no listener behind (98)', async () => {
    const controller = new AbortController()
    let callback = ''
    const { outcome } = await logIn({
      signal: controller.signal,
      person: (url) => {
        callback = url.searchParams.get('redirect_uri') ?? ''
        controller.abort()
      },
    })
    expect(outcome).toEqual(failsWith('INTERRUPTED', /interrupted/))
    await expect(fetch(callback)).rejects.toThrow()
  })
})

const HOUR = 3600
const seconds = () => Math.floor(Date.now() / 1000)

describe('the ID token', () => {
  const FORGERIES: [string, Lies, RegExp][] = [
    ['a signature by a key that is not published', { foreignKey: true }, /signature/],
    ['a changed payload', { idToken: withChangedPayload }, /signature/],
    ['a signature cut off', { idToken: (token) => token.replace(/[^.]+$/, '') }, /./],
    ['no signature and the algorithm none', { idToken: withoutSignature }, /alg/],
    ['no signature, where the metadata allows none', noneAllowed(), /alg/],
    ['a MAC, where the metadata allows HS256', macAllowed(), /alg/],
    ['an unknown key id', { idTokenHeader: { kid: 'key-2' } }, /no applicable keys/],
    ['an extension that must be understood', { idTokenHeader: { crit: ['b64'], b64: true } }, /./],
    ['the wrong issuer', { idTokenClaims: { iss: 'http://evil.example' } }, /iss/],
    ['no issuer', { idTokenClaims: { iss: undefined } }, /iss/],
    ['another client as audience', { idTokenClaims: { aud: 'other' } }, /aud/],
    ['no audience', { idTokenClaims: { aud: undefined } }, /aud/],
    ['a second audience', { idTokenClaims: { aud: [CLIENT_ID, 'other'] } }, /aud/],
    ['another authorized party', { idTokenClaims: { aud: [CLIENT_ID, 'x'], azp: 'x' } }, /azp/],
    ['another nonce', { idTokenClaims: { nonce: 'other' } }, /nonce/],
    ['no nonce', { idTokenClaims: { nonce: undefined } }, /nonce/],
    ['an end in the past', { idTokenClaims: { exp: seconds() - HOUR } }, /exp/],
    ['no end', { idTokenClaims: { exp: undefined } }, /exp/],
    ['an end that is no number', { idTokenClaims: { exp: '9999999999' } }, /exp/],
    ['no time of issue', { idTokenClaims: { iat: undefined } }, /iat/],
    ['a time of issue that is no number', { idTokenClaims: { iat: 'now' } }, /iat/],
    ['a beginning in the future', { idTokenClaims: { nbf: seconds() + HOUR } }, /nbf/],
    ['no subject', { idTokenClaims: { sub: undefined } }, /sub/],
    ['a subject that is a number', { idTokenClaims: { sub: 7 } }, /sub/],
    ['an empty subject', { idTokenClaims: { sub: '' } }, /subject/],
    ['something that is no token', { idToken: () => 'a.b' }, /JWT/],
    ['nothing', { tokenResponse: { id_token: undefined } }, /id_token/],
  ]

  it.each(FORGERIES)('is refused with %s (85, 86)', async (_what, lies, message) => {
    double.lies = lies
    let isKept = false
    const { outcome, page } = await logIn({
      keep: async (tokens) => {
        const { accountFromClaims } = await import('../../../src/login/account.js')
        accountFromClaims(tokens.idTokenClaims)
        isKept = true
      },
    })
    expect(outcome).toEqual(failsWith('LOGIN_FAILED', message))
    expect(page).toContain('The login failed')
    expect(isKept).toBe(false)
  })
})

describe('the token response', () => {
  it.each([
    ['another token type', { token_type: 'DPoP' }, /no bearer token/],
    ['an unknown token type', { token_type: 'mac' }, /token_type/],
    ['no access token', { access_token: undefined }, /access_token/],
    ['an access token with a line break', { access_token: 'a\r\nx: y' }, /no header can carry/],
    ['an access token with a NUL', { access_token: 'a\u0000b' }, /no header can carry/],
    ['a refresh token with a NUL', { refresh_token: 'a\u0000b' }, /characters that none may have/],
    ['a malformed scope', { scope: 'a "b"' }, /malformed scope/],
    ['a lifetime below zero', { expires_in: -1 }, /expires_in/],
  ])('is refused with %s', async (_what, tokenResponse, message) => {
    double.lies = { tokenResponse }
    expect((await logIn()).outcome).toEqual(failsWith('LOGIN_FAILED', message))
  })

  it.each<[string, NonNullable<Lies['token']>, string, RegExp]>([
    ['503', (response) => response.writeHead(503).end(), 'AUTH_SERVICE_UNREACHABLE', /503/],
    ['429', (response) => sendJson(response, { error: 'x' }, 429), 'AUTH_SERVICE_UNREACHABLE', /429/],
    ['a cut connection', (response) => response.destroy(), 'AUTH_SERVICE_UNREACHABLE', /cut/],
    ['nothing', () => {}, 'AUTH_SERVICE_UNREACHABLE', /no answer within 2 seconds/],
    ['a huge body', (response) => response.end('x'.repeat(9_000_000)), 'AUTH_SERVICE_UNREACHABLE', /larger/],
    ['a web page', (response) => response.end('<html>'), 'LOGIN_FAILED', /content-type/],
    ['half a document', (response) => response.end('{'), 'LOGIN_FAILED', /./],
    ['a redirect', (response) => response.writeHead(302, { location: '/x' }).end(), 'LOGIN_FAILED', /status/],
    [
      'a refusal',
      (response) => sendJson(response, { error: 'invalid_grant', error_description: 'too late' }, 400),
      'LOGIN_FAILED',
      /invalid_grant – too late/,
    ],
    [
      'a refusal of strange types',
      (response) => sendJson(response, { error: 'x'.repeat(9999), error_description: { a: 1 } }, 400),
      'LOGIN_FAILED',
      /^.{1,300}$/,
    ],
    [
      'a challenge',
      (response) => response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end(),
      'LOGIN_FAILED',
      /does not accept this client/,
    ],
  ])('that is %s ends the login with its own code', async (_what, token, code, message) => {
    double.lies = { token }
    const { outcome, page } = await logIn()
    expect(outcome).toEqual(failsWith(code, message))
    expect(page).toContain('The login failed')
  })
})

function changed(honest: URLSearchParams, change: Record<string, string | undefined>): URLSearchParams {
  const parameters = new URLSearchParams(honest)
  for (const [name, value] of Object.entries(change)) {
    if (value === undefined) parameters.delete(name)
    else parameters.set(name, value === 'slash' ? `${double.issuer}/` : value)
  }
  return parameters
}

function withChangedPayload(token: string): string {
  const [header = '', payload = '', signature = ''] = token.split('.')
  const claims = { ...JSON.parse(Buffer.from(payload, 'base64url').toString()), sub: 'somebody-else' }
  return [header, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.')
}

function noneAllowed(): Lies {
  return { metadata: { id_token_signing_alg_values_supported: ['none'] }, idToken: withoutSignature }
}

function macAllowed(): Lies {
  return {
    metadata: { id_token_signing_alg_values_supported: ['HS256'] },
    idToken(token) {
      const header = Buffer.from(JSON.stringify({ alg: 'HS256', kid: 'key-1' })).toString('base64url')
      const signed = `${header}.${token.split('.')[1]}`
      return `${signed}.${createHmac('sha256', CLIENT_ID).update(signed).digest('base64url')}`
    },
  }
}

function withoutSignature(token: string): string {
  const header = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url')
  return [header, token.split('.')[1], ''].join('.')
}
