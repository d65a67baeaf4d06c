import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createHttp } from '../../../../server/auth-service/http.js'
import { gitHubProvider } from '../../../../server/auth-service/providers/github.js'
import {
  PROVIDER_CLIENT_ID,
  PROVIDER_CLIENT_SECRET,
  type ProviderDouble,
  type SignInChanges,
  sendJson,
  signInAtDouble,
  startProviderDouble,
} from '../../../support/auth-service/provider-double.js'

let double: ProviderDouble
let user: Record<string, unknown>
let emails: unknown
beforeEach(async () => {
  double = await startProviderDouble()
  user = { id: 1815, login: 'ada', name: 'Ada Lovelace', email: 'public@example.org' }
  emails = [
    { email: 'old@example.org', primary: false, verified: true },
    { email: 'ada@example.org', primary: true, verified: true },
  ]
  double.answers.set('/login/oauth/access_token', (response) =>
    sendJson(response, { access_token: 'gho_1', token_type: 'bearer', scope: 'read:user,user:email' }),
  )
  double.answers.set('/api/v3/user', (response) => sendJson(response, user))
  double.answers.set('/api/v3/user/emails', (response) => sendJson(response, emails))
  double.answers.set('/api/v3/user/orgs', (response) => sendJson(response, [{ login: 'engines' }, {}, 1]))
})
afterEach(() => double.close())

function signIn({ registered, ...changes }: SignInChanges = {}) {
  const issuer = `${double.origin}/login/oauth`
  return signInAtDouble(double, {
    ...changes,
    registered: { kind: 'github', issuer, scope: 'read:user user:email', ...registered },
  })
}

describe('the way to GitHub and back', () => {
  it('carries state and the challenge of PKCE (84)', async () => {
    const { url } = await signIn()
    expect(url.origin + url.pathname).toBe(`${double.origin}/login/oauth/authorize`)
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      response_type: 'code',
      client_id: PROVIDER_CLIENT_ID,
      scope: 'read:user user:email',
      state: 'the-state',
      code_challenge_method: 'S256',
    })
  })

  it('exchanges the code with the verifier and the secret, and asks the API with the token', async () => {
    await signIn()
    const [exchange, ...api] = double.seen
    expect(exchange?.headers.accept).toBe('application/json')
    expect(Object.fromEntries(exchange?.form ?? [])).toMatchObject({
      code: 'the-code',
      code_verifier: 'v'.repeat(43),
      client_id: PROVIDER_CLIENT_ID,
      client_secret: PROVIDER_CLIENT_SECRET,
    })
    expect(api.map(({ path }) => path)).toEqual(['/api/v3/user', '/api/v3/user/emails'])
    for (const { headers } of api) {
      expect(headers).toMatchObject({
        authorization: 'Bearer gho_1',
        accept: 'application/vnd.github+json',
        'user-agent': 'auth-service',
      })
    }
  })

  it('asks github.com at the host of its API', async () => {
    const asked: string[] = []
    const http = {
      fetch: async (url: string) => {
        asked.push(url)
        const isToken = url.endsWith('/access_token')
        return Response.json(isToken ? { access_token: 'gho_1', token_type: 'bearer' } : user)
      },
      close: async () => {},
    }
    const registered = double.registered({ kind: 'github', issuer: 'https://github.com/login/oauth' })
    const request = { state: 's', nonce: 'n', codeVerifier: 'v'.repeat(43), startedAt: 0, isFresh: false }
    const provider = gitHubProvider({ http, clientSecret: 'secret' }, registered)
    const redirectUri = 'http://127.0.0.1:9000/auth/providers/double/callback'
    const query = '?code=c&state=s&iss=https://github.com/login/oauth'
    await provider.identify({ ...request, redirectUri }, new URL(`${redirectUri}${query}`))
    expect(asked).toEqual([
      'https://github.com/login/oauth/access_token',
      'https://api.github.com/user',
      'https://api.github.com/user/emails?per_page=100',
    ])
  })

  it.each([
    ['another state', { state: 'other' }],
    ['no state', { state: null }],
    ['the name of another provider', { iss: 'https://github.com/login/oauth' }],
    ['no code', { code: null }],
  ])('refuses an answer with %s, and asks nothing (84, 85)', async (_what, answer) => {
    await expect(signIn({ answer })).rejects.toMatchObject({ step: 'authorization', fault: 'wrong' })
    expect(double.seen).toEqual([])
  })

  it('knows a person who said no', async () => {
    const answer = { code: null, error: 'access_denied' }
    await expect(signIn({ answer })).rejects.toMatchObject({ step: 'authorization', fault: 'refused' })
  })

  it.each(['bad_verification_code', 'incorrect_client_credentials', 'redirect_uri_mismatch'])(
    'takes %s for a refusal, though its status says that all is well',
    async (error) => {
      double.answers.set('/login/oauth/access_token', (response) => sendJson(response, { error }))
      await expect(signIn()).rejects.toMatchObject({
        step: 'token',
        fault: 'wrong',
        message: `it answered 400 ${error}`,
      })
    },
  )

  it('never counts as a new sign-in, because GitHub proves none (83)', async () => {
    const stale = { step: 'authorization', fault: 'stale' }
    await expect(signIn({ request: { isFresh: true } })).rejects.toMatchObject(stale)
    const provider = gitHubProvider({ http: createHttp(), clientSecret: 'secret' }, double.registered())
    const request = { redirectUri: 'http://127.0.0.1/', state: 's', nonce: 'n', codeVerifier: 'v' }
    const identify = provider.identify(
      { ...request, startedAt: 0, isFresh: true },
      new URL('http://127.0.0.1/?code=c&state=s'),
    )
    await expect(identify).rejects.toMatchObject(stale)
    expect(double.seen).toEqual([])
  })
})

describe('who came back from GitHub', () => {
  it('is known by number, and has the first address only where GitHub has verified it (86, 87)', async () => {
    expect((await signIn()).identity).toEqual({
      issuer: `${double.origin}/login/oauth`,
      subject: '1815',
      name: 'Ada Lovelace',
      email: 'ada@example.org',
      isEmailVerified: true,
      claims: { login: 'ada', groups: [] },
    })
  })

  it('stays the same with another login, and is somebody else with another number (86)', async () => {
    user = { ...user, login: 'countess' }
    expect((await signIn()).identity.subject).toBe('1815')
    user = { ...user, id: 1816, login: 'ada' }
    expect((await signIn()).identity.subject).toBe('1816')
  })

  it.each([undefined, null, '1815', 'ada', 0, -1, 1.5, 1e300, [1815], {}, true])(
    'is nobody with the number %j (86, V16)',
    async (id) => {
      user = { ...user, id }
      await expect(signIn()).rejects.toMatchObject({ step: 'identity', fault: 'wrong' })
    },
  )

  it.each([
    ['no list', { email: 'ada@example.org', primary: true, verified: true }],
    ['nothing', null],
    ['nobody', []],
    ['an unverified first one', [{ email: 'ada@example.org', primary: true, verified: false }]],
    ['a verified other one', [{ email: 'ada@example.org', primary: false, verified: true }]],
    ['nearly verified ones', [{ email: 'ada@example.org', primary: 'true', verified: 1 }]],
    ['what is none', [{ email: 'ada', primary: true, verified: true }, 7, null]],
  ])('has no address where GitHub lists %s (87, V15)', async (_what, rows) => {
    emails = rows
    expect((await signIn()).identity).toMatchObject({ email: undefined, isEmailVerified: false })
  })

  it('is called by login without a name', async () => {
    user = { ...user, name: null }
    expect((await signIn()).identity.name).toBe('ada')
  })

  it('belongs to organizations where those may be asked for', async () => {
    const { identity } = await signIn({ registered: { scope: 'read:user user:email read:org' } })
    expect(identity.claims).toEqual({ login: 'ada', groups: ['engines'] })
  })

  it.each([
    ['/api/v3/user', 401, 'wrong'],
    ['/api/v3/user', 500, 'unreachable'],
    ['/api/v3/user', 302, 'wrong'],
    ['/api/v3/user/emails', 403, 'wrong'],
    ['/api/v3/user/emails', 429, 'unreachable'],
  ])('is nobody where %s answers %i', async (path, status, fault) => {
    double.answers.set(path, (response) => sendJson(response, { message: 'no' }, status))
    await expect(signIn()).rejects.toMatchObject({ step: 'identity', fault })
  })

  it.each(['/login/oauth/access_token', '/api/v3/user', '/api/v3/user/emails'])(
    'is nobody where %s never answers, or with noise',
    async (path) => {
      double.answers.set(path, () => undefined)
      await expect(signIn({ timeoutMs: 100 })).rejects.toMatchObject({ fault: 'unreachable' })
      double.answers.set(path, (response) => response.writeHead(200).end('s3cr3t{'))
      const found = await signIn().catch((error: unknown) => error)
      expect(found).toMatchObject({ name: 'ProviderError', fault: 'wrong' })
      expect((found as Error).message).not.toContain('s3cr3t')
    },
  )
})
