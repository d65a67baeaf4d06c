import { afterEach, describe, expect, it } from 'vitest'
import { type TestAuthService, testAuthService } from '../../support/auth-service/test-auth-service.js'

let service: TestAuthService
afterEach(() => service.close())

const OAUTH = '/.well-known/oauth-authorization-server'
const OPENID = '/.well-known/openid-configuration'

async function fetchAll(issuer: string, paths: string[]) {
  service = await testAuthService({ issuer })
  return Promise.all(paths.map((path) => service.get(path)))
}

describe('the metadata', () => {
  it('is the same under both well-known names (67) (15) (17) (24)', async () => {
    const [oauth, openid] = await fetchAll('http://127.0.0.1:9000', [OAUTH, OPENID])
    expect(oauth?.status).toBe(200)
    expect(oauth?.headers['content-type']).toBe('application/json; charset=utf-8')
    expect(oauth?.text).toBe(openid?.text)
    expect(oauth?.body).toMatchObject({
      issuer: 'http://127.0.0.1:9000',
      response_types_supported: ['code'],
      grant_types_supported: [
        'authorization_code',
        'refresh_token',
        'client_credentials',
        'urn:ietf:params:oauth:grant-type:device_code',
      ],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
      request_parameter_supported: false,
      request_uri_parameter_supported: false,
    })
  })

  it.each([
    'http://127.0.0.1:9000',
    'https://login.example',
    'https://login.example/tenant',
    'https://login.example/a/b',
  ])('of %s names endpoints below it (67)', async (issuer) => {
    const [answer] = await fetchAll(issuer, [new URL(issuer).pathname.replace(/\/$/, '') + OPENID])
    const endpoints = Object.entries(answer?.body ?? {}).filter(([name]) => /_(endpoint|uri)$/.test(name))
    expect(endpoints).toHaveLength(8)
    for (const [, url] of endpoints) expect(url).toMatch(new RegExp(`^${issuer}/`))
    expect(answer?.body['issuer']).toBe(issuer)
  })

  it('of an issuer with a path is where both standards look for it, and not at the root (67)', async () => {
    const answers = await fetchAll('https://login.example/tenant', [
      `${OAUTH}/tenant`,
      `${OPENID}/tenant`,
      `/tenant${OPENID}`,
      `/tenant${OAUTH}`,
      OAUTH,
      OPENID,
    ])
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 404, 404])
    expect(new Set(answers.slice(0, 4).map(({ text }) => text)).size).toBe(1)
  })

  it('names only endpoints that exist', async () => {
    const [answer] = await fetchAll('https://login.example/tenant', [`${OAUTH}/tenant`])
    for (const [name, url] of Object.entries(answer?.body ?? {})) {
      if (!/_(endpoint|uri)$/.test(name)) continue
      const { pathname } = new URL(String(url))
      const { status } = await service.get(pathname)
      expect({ name, isThere: status !== 404 }).toEqual({ name, isThere: true })
    }
  })
})

describe('the keys', () => {
  it('are public, one algorithm each, and nothing private (49) (51)', async () => {
    const [answer] = await fetchAll('http://127.0.0.1:9000', ['/jwks'])
    const keys = answer?.body['keys'] as Record<string, unknown>[]
    expect(keys.map(({ alg }) => alg).sort()).toEqual(['ES256', 'RS256'])
    for (const key of keys) {
      expect(key).toMatchObject({ use: 'sig', kid: expect.any(String) })
      expect(
        Object.keys(key).filter((name) => ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k'].includes(name)),
      ).toEqual([])
    }
    expect(answer?.headers['cache-control']).toBe('public, max-age=300')
  })
})

describe('the AuthService', () => {
  it('says that it lives, and that its database does', async () => {
    const answers = await fetchAll('http://127.0.0.1:9000', ['/healthz', '/readyz'])
    expect(answers.map(({ status, body }) => [status, body])).toEqual([
      [200, { status: 'ok' }],
      [200, { status: 'ok' }],
    ])
  })

  it('is not ready without its database, and lives on', async () => {
    const whole = await testAuthService()
    await whole.context.store.close()
    expect((await whole.get('/readyz')).status).toBe(503)
    expect((await whole.get('/healthz')).status).toBe(200)
    service = await testAuthService()
    await whole.close()
  })

  it.each(['/nothing', '/token/', '/TOKEN', '/.well-known', '/%zz', '/token%2f', '//token'])(
    'answers %s, where there is nothing, with 404 or 400 and JSON (13)',
    async (path) => {
      const [answer] = await fetchAll('http://127.0.0.1:9000', [path])
      expect([400, 404]).toContain(answer?.status)
      expect(answer?.body).toMatchObject({ error: 'invalid_request' })
    },
  )

  it('forbids sniffing, framing and referring on every answer, and asks for https only where it is', async () => {
    const [plain] = await fetchAll('http://127.0.0.1:9000', ['/nothing'])
    expect(plain?.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    })
    expect(plain?.headers).not.toHaveProperty('strict-transport-security')
    await service.close()
    const [secure] = await fetchAll('https://login.example', ['/healthz'])
    expect(secure?.headers['strict-transport-security']).toBe('max-age=31536000')
  })
})
