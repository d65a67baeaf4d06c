import { createHmac, createSign, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestAuthService, testAuthService } from '../../support/auth-service/test-auth-service.js'

let service: TestAuthService
let header: Record<string, unknown>
let payload: string
beforeAll(async () => {
  service = await testAuthService()
  const { access_token } = await service.logIn({ resource: null })
  const [encodedHeader = '', encodedPayload = ''] = access_token.split('.')
  header = JSON.parse(Buffer.from(encodedHeader, 'base64url').toString())
  payload = encodedPayload
})
afterAll(() => service.close())

const attacker = generateKeyPairSync('ec', { namedCurve: 'P-256' })

type Header = Record<string, unknown>

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** The good token's claims under another header. */
const unsigned = (changes: Header) => `${encode({ ...header, ...changes })}.${payload}`

function signed(changes: Header, key: KeyObject = attacker.privateKey): string {
  const input = unsigned(changes)
  const signature = createSign('sha256').update(input).sign({ key, dsaEncoding: 'ieee-p1363' })
  return `${input}.${signature.toString('base64url')}`
}

/** Signed as a secret that everybody knows: our public key. */
function macedWithPublicKey(format: 'pem' | 'der' | 'jwk'): string {
  const { publicKey } = ourKey('ES256')
  const secret = {
    pem: () => publicKey.export({ format: 'pem', type: 'spki' }),
    der: () => publicKey.export({ format: 'der', type: 'spki' }),
    jwk: () => JSON.stringify(publicKey.export({ format: 'jwk' })),
  }[format]()
  const input = unsigned({ alg: 'HS256' })
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
}

const ourKey = (alg: 'ES256' | 'RS256') => service.context.keys.signingKey(alg)

const FORGERIES: Record<string, () => string> = {
  'alg none': () => `${unsigned({ alg: 'none' })}.`,
  'alg None': () => `${unsigned({ alg: 'None' })}.`,
  'alg NONE and the signature of another': () => signed({ alg: 'NONE' }),
  'HS256 with our public key as PEM': () => macedWithPublicKey('pem'),
  'HS256 with our public key as DER': () => macedWithPublicKey('der'),
  'HS256 with our public key as JWK': () => macedWithPublicKey('jwk'),
  'HS256 with an empty secret': () => {
    const input = unsigned({ alg: 'HS256' })
    return `${input}.${createHmac('sha256', '').update(input).digest('base64url')}`
  },
  'the key of another': () => signed({}),
  'a jwk header': () => signed({ jwk: attacker.publicKey.export({ format: 'jwk' }) }),
  'a jku header': () => signed({ jku: 'https://evil.example/jwks' }),
  'an x5u header': () => signed({ x5u: 'https://evil.example/cert' }),
  'the kid of our other key': () => signed({ kid: ourKey('RS256').kid }, ourKey('ES256').privateKey),
  'our key and the other algorithm': () => signed({ alg: 'RS256' }, ourKey('ES256').privateKey),
  'our RSA key as PS256': () =>
    signed({ alg: 'PS256', kid: ourKey('RS256').kid }, ourKey('RS256').privateKey),
  'an unknown crit header': () => signed({ crit: ['exp'] }, ourKey('ES256').privateKey),
  'b64 false': () => signed({ b64: false, crit: ['b64'] }, ourKey('ES256').privateKey),
  'no kid': () => signed({ kid: undefined }, ourKey('ES256').privateKey),
  'a kid of SQL': () => signed({ kid: "' or 1=1 --" }, ourKey('ES256').privateKey),
  'a kid that is a path': () => signed({ kid: '../../dev/null' }, ourKey('ES256').privateKey),
  'a kid of 10 KB': () => signed({ kid: 'k'.repeat(10_000) }, ourKey('ES256').privateKey),
  'a kid that is a list': () => signed({ kid: [header['kid']] }, ourKey('ES256').privateKey),
  'five parts': () => `${signed({}, ourKey('ES256').privateKey)}.a.b`,
  'the JSON form': () => {
    const [protectedHeader, , signature] = signed({}, ourKey('ES256').privateKey).split('.')
    return JSON.stringify({ protected: protectedHeader, payload, signature })
  },
}

it('the token that the others are made from is a good one', async () => {
  const token = signed({}, ourKey('ES256').privateKey)
  expect((await service.get('/userinfo', { authorization: `Bearer ${token}` })).status).toBe(200)
})

describe('a forged access token', () => {
  it.each(Object.keys(FORGERIES))('with %s is refused (91) (92) (93) (V18)', async (name) => {
    const token = FORGERIES[name]?.() ?? ''
    const inHeader = await service.get('/userinfo', { authorization: `Bearer ${token}` })
    const inForm = await service.post('/userinfo', { access_token: token })
    expect([inHeader.status, inForm.status]).toEqual([401, 401])
    expect((await service.introspect(token)).text).toBe('{"active":false}')
  })
})
