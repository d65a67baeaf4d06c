import { describe, expect, it } from 'vitest'
import {
  AuthServiceUnavailable,
  createAuthService,
} from '../../../../../server/backend-api/bearer-auth/auth-service.js'
import type { HttpResponse } from '../../../../../server/backend-api/http.js'

const ISSUER = 'https://as.example'
const METADATA = {
  issuer: ISSUER,
  jwks_uri: 'https://keys.example/jwks',
  introspection_endpoint: 'https://as.example/introspect',
}
const NOT_FOUND: HttpResponse = { status: 404, body: '' }

/** An AuthService behind scripted answers; `asked` holds the URLs that were asked. */
function scripted(answer: (url: string) => HttpResponse | Error, issuer = ISSUER) {
  const asked: string[] = []
  const clock = { now: 1_000_000 }
  const http = {
    async send({ url }: { url: URL }) {
      asked.push(url.href)
      const response = answer(url.href)
      if (response instanceof Error) throw response
      return response
    },
    close: async () => undefined,
  }
  return { asked, clock, authService: createAuthService({ http, now: () => clock.now }, issuer) }
}

const json = (body: unknown, status = 200): HttpResponse => ({ status, body: JSON.stringify(body) })

describe('the metadata', () => {
  it('is read at the well-known place, once for an hour', async () => {
    const { authService, asked, clock } = scripted(() => json(METADATA))
    const [one, other] = await Promise.all([authService.metadata(), authService.metadata()])
    expect(one).toEqual({
      jwksUri: new URL('https://keys.example/jwks'),
      introspectionEndpoint: new URL('https://as.example/introspect'),
    })
    expect(other).toBe(one)
    clock.now += 3_599_999
    await authService.metadata()
    expect(asked).toEqual(['https://as.example/.well-known/oauth-authorization-server'])
    clock.now += 1
    await authService.metadata()
    expect(asked).toHaveLength(2)
  })

  it('is read again when it was forgotten', async () => {
    const { authService, asked } = scripted(() => json(METADATA))
    await authService.metadata()
    authService.forgetMetadata()
    await authService.metadata()
    expect(asked).toHaveLength(2)
  })

  it('of an issuer with a path lies at one of three places, the inserted path first', async () => {
    const issuer = 'https://as.example/tenant'
    const { authService, asked } = scripted(() => NOT_FOUND, issuer)
    await expect(authService.metadata()).rejects.toThrow('well-known')
    expect(asked).toEqual([
      'https://as.example/.well-known/oauth-authorization-server/tenant',
      'https://as.example/.well-known/openid-configuration/tenant',
      'https://as.example/tenant/.well-known/openid-configuration',
    ])
  })

  it('is OpenID’s where there is no other', async () => {
    const { authService } = scripted((url) => (url.includes('openid') ? json(METADATA) : NOT_FOUND))
    expect((await authService.metadata()).jwksUri.href).toBe('https://keys.example/jwks')
  })

  it.each(['https://as.example/', 'https://attacker.example', 'https://AS.example'])(
    'that names the issuer %s is somebody else’s (67)',
    async (issuer) => {
      const { authService } = scripted(() => json({ ...METADATA, issuer }))
      await expect(authService.metadata()).rejects.toThrow('another issuer')
    },
  )

  it.each([
    ['no object', []],
    ['no issuer', { jwks_uri: METADATA.jwks_uri }],
    ['no keys', { issuer: ISSUER }],
    ['keys over http off loopback', { ...METADATA, jwks_uri: 'http://as.example/jwks' }],
    [
      'keys on this machine, for an issuer elsewhere',
      { ...METADATA, jwks_uri: 'http://127.0.0.1:9000/jwks' },
    ],
    ['keys in a file', { ...METADATA, jwks_uri: 'file:///etc/passwd' }],
    [
      'an introspection endpoint over http (19)',
      { ...METADATA, introspection_endpoint: 'http://as.example/i' },
    ],
    ['an endpoint that is no URL', { ...METADATA, introspection_endpoint: '/introspect' }],
  ])('is refused with %s (19, V20)', async (_what, document) => {
    const { authService } = scripted(() => json(document))
    await expect(authService.metadata()).rejects.toThrow(AuthServiceUnavailable)
  })

  it('may lead to plain http on this machine when the issuer is there itself', async () => {
    const issuer = 'http://127.0.0.1:9000'
    const { authService } = scripted(() => json({ issuer, jwks_uri: `${issuer}/jwks` }), issuer)
    expect((await authService.metadata()).jwksUri.href).toBe(`${issuer}/jwks`)
  })

  it('is asked for again after a failure', async () => {
    let isAway = true
    const { authService } = scripted(() => (isAway ? new Error('ECONNREFUSED') : json(METADATA)))
    await expect(authService.metadata()).rejects.toThrow('ECONNREFUSED')
    isAway = false
    expect((await authService.metadata()).jwksUri.href).toBe('https://keys.example/jwks')
  })
})

it.each([
  ['a redirect', { status: 302, body: '' }],
  ['an error', { status: 500, body: '{}' }],
  ['an empty answer', { status: 200, body: '' }],
  ['HTML', { status: 200, body: '<html>' }],
])('takes %s for no answer', async (_what, response) => {
  const { authService } = scripted(() => response)
  await expect(authService.fetchJson({ method: 'GET', url: new URL(ISSUER) })).rejects.toThrow(
    AuthServiceUnavailable,
  )
})
