import type { ServerResponse } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createHttp } from '../../../../server/auth-service/http.js'
import { discoverProvider } from '../../../../server/auth-service/providers/discovery.js'
import { createOpenProvider } from '../../../../server/auth-service/providers/open-provider.js'
import {
  type ProviderDouble,
  sendJson,
  signInAtDouble,
  startProviderDouble,
} from '../../../support/auth-service/provider-double.js'

const METADATA = '/.well-known/openid-configuration'

let double: ProviderDouble
beforeEach(async () => {
  double = await startProviderDouble()
})
afterEach(() => double.close())

describe('a provider', () => {
  it.each([
    ['is down', (answer: ServerResponse): unknown => answer.destroy(), 'unreachable'],
    ['fails', (answer: ServerResponse): unknown => answer.writeHead(500).end(), 'unreachable'],
    ['is busy', (answer: ServerResponse): unknown => answer.writeHead(429).end(), 'unreachable'],
    ['is slow', () => undefined, 'unreachable'],
    ['trickles', (answer: ServerResponse): unknown => void answer.write('{'), 'unreachable'],
    ['is no provider', (answer: ServerResponse): unknown => answer.writeHead(404).end(), 'wrong'],
    [
      'sends us elsewhere',
      (answer: ServerResponse): unknown => answer.writeHead(302, { location: double.origin }).end(),
      'wrong',
    ],
    [
      'answers with a page',
      (answer: ServerResponse): unknown =>
        answer.writeHead(200, { 'content-type': 'text/html' }).end('<p>hello'),
      'wrong',
    ],
    [
      'answers with noise',
      (answer: ServerResponse): unknown =>
        answer.writeHead(200, { 'content-type': 'application/json' }).end('s3cr3t{'),
      'wrong',
    ],
    ['answers with a list', (answer: ServerResponse): unknown => sendJson(answer, []), 'wrong'],
    [
      'answers without end',
      (answer: ServerResponse): unknown => sendJson(answer, { a: 'x'.repeat(300_000) }),
      'wrong',
    ],
  ] satisfies [string, (answer: ServerResponse) => unknown, string][])(
    'that %s is told so in a sentence without what it sent',
    async (_what, answer, fault) => {
      double.answers.set(METADATA, (response) => void answer(response))
      const found = await signInAtDouble(double, { timeoutMs: 300 }).catch((error: unknown) => error)
      expect(found).toMatchObject({ name: 'ProviderError', step: 'discovery', fault })
      expect((found as Error).message).not.toContain('s3cr3t')
    },
  )

  it.each([
    ['issuer', [undefined, null, 7, '', 'https://other.example', 'http://127.0.0.1:1', 'x'.repeat(10_000)]],
    ['authorization_endpoint', [undefined, null, 7, '', '/authorize', 'javascript:alert(1)', 'file:///']],
    ['token_endpoint', [undefined, null, 7, '', '/token', 'http://provider.example/token', 'data:,']],
    ['jwks_uri', [undefined, null, 7, '', '/jwks', 'http://169.254.169.254/', 'https://a@b.example/']],
    ['userinfo_endpoint', [null, 7, '', '/userinfo', 'http://provider.example/']],
    ['id_token_signing_alg_values_supported', [[], ['none'], ['HS256', 'none'], 'ES256', 7, {}]],
    ['token_endpoint_auth_methods_supported', [[], ['private_key_jwt'], 'client_secret_post', {}]],
  ])('whose %s makes no sense is not asked for more (85, V20)', async (name, values) => {
    for (const value of values) {
      double.metadata = { ...double.metadata, [name]: value }
      await expect(signInAtDouble(double), String(value)).rejects.toMatchObject({
        step: 'discovery',
        fault: 'wrong',
      })
    }
    expect(new Set(double.seen.map(({ path }) => path))).toEqual(new Set([METADATA]))
  })

  it('beyond this machine leads to nothing on it (V20)', async () => {
    const issuer = 'https://provider.example'
    const at = (endpoint: string) => ({
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/jwks`,
      [endpoint]: `https://127.0.0.1:8443/${endpoint}`,
    })
    for (const endpoint of ['authorization_endpoint', 'token_endpoint', 'jwks_uri', 'userinfo_endpoint']) {
      const http = { fetch: async () => Response.json(at(endpoint)), close: async () => {} }
      await expect(discoverProvider(http, { issuer, clientId: 'a' }, 'b')).rejects.toMatchObject({
        message: `its ${endpoint} is not an https address`,
      })
    }
  })

  it('with many tenants at once is none (86)', async () => {
    const issuer = 'https://login.microsoftonline.com/common/v2.0'
    const metadata = { ...double.metadata, issuer: 'https://login.microsoftonline.com/{tenantid}/v2.0' }
    const http = { fetch: async () => Response.json(metadata), close: async () => {} }
    await expect(discoverProvider(http, { issuer, clientId: 'a' }, 'b')).rejects.toMatchObject({
      message: 'its metadata names another issuer',
    })
  })
})

describe('what a provider says of itself', () => {
  const request = {
    redirectUri: 'http://127.0.0.1:9000/auth/providers/double/callback',
    state: 's',
    nonce: 'n',
    codeVerifier: 'v'.repeat(43),
    startedAt: 0,
    isFresh: false,
  }
  const asked = () => double.seen.filter(({ path }) => path === METADATA).length

  it('is asked for once for all who wait, and again after an hour', async () => {
    const http = createHttp()
    let now = 0
    const open = createOpenProvider({ http, secret: Buffer.alloc(32, 1), now: () => now })
    const registered = double.registered()
    await Promise.all([1, 2, 3].map(() => open(registered).authorizationUrl(request)))
    now = 60 * 60_000 - 1
    await open(registered).authorizationUrl(request)
    expect(asked()).toBe(1)
    now += 1
    await open(registered).authorizationUrl(request)
    expect(asked()).toBe(2)
    await open({ ...registered, clientId: 'other' })
      .authorizationUrl(request)
      .catch(() => undefined)
    expect(asked()).toBe(2)
    await http.close()
  })

  it('is asked for again after it could not be had', async () => {
    const http = createHttp()
    const open = createOpenProvider({ http, secret: Buffer.alloc(32, 1), now: () => 0 })
    double.answers.set(METADATA, (response) => response.writeHead(503).end())
    const registered = double.registered()
    await expect(open(registered).authorizationUrl(request)).rejects.toThrow('503')
    double.answers.clear()
    const url = await open(registered).authorizationUrl(request)
    expect(url.origin).toBe(double.origin)
    await http.close()
  })

  it.each([
    ['issuer', { issuer: 'http://127.0.0.1:1' }],
    ['client id', { clientId: 'other' }],
    ['name', { name: 'other' }],
    ['secret', { encryptedSecret: 'AAAA' }],
  ])('is not asked for with a secret that was stored with another %s (V20)', async (_what, changes) => {
    const http = createHttp()
    const open = createOpenProvider({ http, secret: Buffer.alloc(32, 1), now: () => 0 })
    const changed = { ...double.registered(), ...changes }
    await expect(open(changed).authorizationUrl(request)).rejects.toMatchObject({
      step: 'discovery',
      fault: 'wrong',
      message: 'its client secret can not be decrypted',
    })
    expect(double.seen).toEqual([])
    await http.close()
  })
})
