import { createHmac, createPublicKey, type JsonWebKey, KeyObject, sign } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { JWK } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { makeSigner, rawJws, type Signer } from '../../support/backend-api/signer.js'
import { bearer, startTestApi, type TestApi } from '../../support/backend-api/test-api.js'

/**
 * Every way to make a token that is not ours, over HTTP, in both modes. In none of them does anything reach the
 * AuthService but, for a key that it might have published, a request for its keys.
 */
describe.each(['jwks', 'introspection'] as const)('in %s mode', (mode) => {
  let api: TestApi
  let rsa: Signer
  let attacker: Signer
  beforeAll(async () => {
    api = await startTestApi({ mode })
    rsa = await makeSigner('RS256', 'rsa-key')
    attacker = await makeSigner('ES256', 'first-key')
    api.authService.signers.push(rsa)
    await api.app.inject({ url: '/items', headers: bearer(await api.token()) })
  })
  beforeEach(() => {
    api.authService.seen.length = 0
  })
  afterAll(() => api.close())

  /** What every one of these tokens gets. */
  async function expectRefusal(token: string): Promise<void> {
    const response = await api.app.inject({ url: '/items', headers: bearer(token) })
    expect(response.statusCode).toBe(401)
    expect(response.headers['www-authenticate']).toContain('error="invalid_token"')
    expect(api.authService.count('/introspect')).toBe(0)
  }

  async function expectItems(token: string): Promise<void> {
    const response = await api.app.inject({ url: '/items', headers: bearer(token) })
    expect(response.statusCode).toBe(200)
  }

  it('a token of the AuthService is good, with either of its algorithms', async () => {
    await expectItems(await api.token())
    await expectItems(await rsa.sign(api.claims()))
  })

  it.each(['none', 'None', 'NONE', 'nOnE'])(
    'a token without a signature (%s) is refused (91, V18)',
    async (alg) => {
      const header = { alg, typ: 'at+jwt', kid: 'first-key' }
      await expectRefusal(rawJws(header, api.claims(), ''))
      await expectRefusal(rawJws(header, api.claims()))
    },
  )

  it('a token signed with a public key as a secret is refused, whatever form of the key (91, V18)', async () => {
    const key = createPublicKey({ key: rsa.publicJwk as JsonWebKey, format: 'jwk' })
    const secrets = [
      key.export({ type: 'spki', format: 'pem' }),
      key.export({ type: 'spki', format: 'der' }),
      key.export({ type: 'pkcs1', format: 'pem' }),
      JSON.stringify(rsa.publicJwk),
      rsa.publicJwk.n ?? '',
      '',
    ]
    for (const kid of ['rsa-key', 'first-key']) {
      for (const secret of secrets) {
        const [header, payload] = rawJws({ alg: 'HS256', typ: 'at+jwt', kid }, api.claims()).split('.')
        const mac = createHmac('sha256', secret).update(`${header}.${payload}`).digest('base64url')
        await expectRefusal(`${header}.${payload}.${mac}`)
      }
    }
  })

  it.each([
    ['RS256', 'PS256'],
    ['RS256', 'ES256'],
    ['ES256', 'RS256'],
    ['ES256', 'ES384'],
    ['ES256', 'EdDSA'],
  ])('a signature of %s that says it is %s is refused (91, V18)', async (real, said) => {
    const signer = real === 'RS256' ? rsa : api.signer
    const [, payload, signature] = (await signer.sign(api.claims())).split('.')
    const header = Buffer.from(JSON.stringify({ alg: said, typ: 'at+jwt', kid: signer.keyId })).toString(
      'base64url',
    )
    await expectRefusal(`${header}.${payload}.${signature}`)
  })

  it('a real PS256 signature with a published RSA key is refused: the key has one algorithm (49, 91)', async () => {
    const pss = await makeSigner('PS256', 'rsa-key')
    await expectRefusal(await pss.sign(api.claims()))
  })

  it('a key of the attacker under a known name is refused (92)', async () => {
    await expectRefusal(await attacker.sign(api.claims()))
  })

  it.each([
    ['crit', ['b64']],
    ['crit', ['https://example/unknown']],
    ['b64', false],
    ['zip', 'DEF'],
  ])('%s in the header is refused, also with the right signature (91, V18)', async (name, value) => {
    const [, payload] = (await api.token()).split('.')
    const header = Buffer.from(
      JSON.stringify({ alg: 'ES256', typ: 'at+jwt', kid: 'first-key', [name]: value }),
    ).toString('base64url')
    const signature = sign('sha256', Buffer.from(`${header}.${payload}`), {
      key: KeyObject.from(api.signer.privateKey as never),
      dsaEncoding: 'ieee-p1363',
    })
    await expectRefusal(`${header}.${payload}.${signature.toString('base64url')}`)
  })

  it('nobody is asked for a key because a token says so (92, V20)', async () => {
    let visits = 0
    const sink = createServer((_request, response) => {
      visits += 1
      response.end(JSON.stringify({ keys: [attacker.publicJwk] }))
    })
    await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(sink.address() as AddressInfo).port}/jwks`
    const pointers: Record<string, unknown>[] = [
      { jku: url },
      { x5u: url },
      { jwk: attacker.publicJwk as JWK },
      { x5c: [url] },
      { kid: url },
    ]
    for (const pointer of pointers) await expectRefusal(await attacker.sign(api.claims(), pointer))
    await expectRefusal(await attacker.sign(api.claims({ iss: new URL(url).origin })))
    expect(visits).toBe(0)
    sink.close()
  })

  it.each([
    "' OR '1'='1",
    '../../../etc/passwd',
    '__proto__',
    'constructor',
    'x'.repeat(10_240),
    'first-key\u0000',
  ])('the kid %s is only a name that nobody has (92)', async (kid) => {
    await expectRefusal(await attacker.sign(api.claims(), { kid }))
  })

  it('anything but three parts of base64url is refused (93)', async () => {
    const good = await api.token()
    const [header, payload, signature] = good.split('.') as [string, string, string]
    const json = JSON.stringify({ payload, signatures: [{ protected: header, signature }] })
    for (const token of [
      'x',
      `${header}.${payload}`,
      `${good}.`,
      `.${good}`,
      `${good}.${signature}.x`,
      `${good}=`,
      `${header}.${payload}.`,
      `${header}.${payload}.${signature.slice(0, -1)}`,
      json,
      '{}',
      'x'.repeat(9_000),
    ]) {
      await expectRefusal(token)
    }
  })

  it('any one changed character of a token makes it another one (63, 90)', async () => {
    const token = await api.token()
    for (let index = 0; index < token.length; index += 13) {
      const changed = token[index] === 'A' ? 'B' : 'A'
      await expectRefusal(token.slice(0, index) + changed + token.slice(index + 1))
    }
    await expectItems(token)
  })

  describe.each(['iss', 'sub', 'aud', 'client_id', 'jti', 'iat', 'exp'])(
    'a signed token whose %s is',
    (claim) => {
      it.each([
        ['absent', undefined],
        ['null', null],
        ['an empty text', ''],
        ['an empty list', []],
        ['a list with a number', [1]],
        ['an object', {}],
        ['negative', -1],
        ['huge', 1e20],
      ])('%s is refused (90, V16)', async (_what, value) => {
        await expectRefusal(await api.token({ [claim]: value }))
      })
    },
  )

  it.each([
    ['of another issuer', { iss: 'https://attacker.example' }],
    ['for another resource', { aud: 'http://127.0.0.1:9002' }],
    ['for the userinfo endpoint', { aud: 'http://127.0.0.1:9000/userinfo' }],
    ['from the future', { iat: 9_999_999_999 }],
    ['not yet valid', { nbf: 9_999_999_999 }],
    ['that ended a second ago', { exp: 1 }],
    ['bound to a key', { cnf: { jkt: 'x' } }],
  ])('a signed token %s is refused (90)', async (_what, claims) => {
    await expectRefusal(await api.token(claims))
  })

  it.each([
    ['an ID token', { typ: 'JWT' }, { nonce: 'n' }],
    ['a token without a type', { typ: undefined }, {}],
    ['a logout token', { typ: 'logout+jwt' }, { events: {} }],
    [
      'an introspection answer',
      { typ: 'token-introspection+jwt' },
      { token_introspection: { active: true } },
    ],
    ['a client assertion', { typ: 'client-authentication+jwt' }, {}],
    ['a DPoP proof', { typ: 'dpop+jwt' }, { htm: 'GET', htu: 'http://127.0.0.1:9001/items' }],
    ['a security event', { typ: 'secevent+jwt' }, {}],
  ])('%s with the right signature is no access token (48)', async (_what, header, claims) => {
    await expectRefusal(await api.signer.sign(api.claims(claims), header))
  })
})
