import { describe, expect, it } from 'vitest'
import { parseCompactJws } from '../../../../../server/backend-api/bearer-auth/compact-jws.js'
import { rawJws } from '../../../../support/backend-api/signer.js'

const HEADER = { alg: 'ES256', typ: 'at+jwt', kid: 'k' }
const CLAIMS = { sub: 'account-1' }
const GOOD = rawJws(HEADER, CLAIMS)
const [header, payload, signature] = GOOD.split('.') as [string, string, string]

it('takes a JWS apart', () => {
  expect(parseCompactJws(GOOD)).toEqual({ compact: GOOD, algorithm: 'ES256', keyId: 'k', claims: CLAIMS })
})

describe('the form is refused with', () => {
  it.each([
    ['nothing', ''],
    ['one part', header],
    ['two parts', `${header}.${payload}`],
    ['four parts', `${GOOD}.${signature}`],
    ['five parts, as a JWE has', `${GOOD}.${signature}.${signature}`],
    ['four dots', '....'],
    ['an empty header', `.${payload}.${signature}`],
    ['an empty payload', `${header}..${signature}`],
    ['an empty signature', `${header}.${payload}.`],
    ['padding', `${header}=.${payload}.${signature}`],
    ['a padded signature', `${header}.${payload}.${signature}==`],
    ['standard base64', `${header}.${payload}.${signature.slice(0, -1)}+`],
    ['left-over bits', `${header}.${payload}.${signature.slice(0, -1)}R`],
    ['a line break', `${header}.${payload}\n.${signature}`],
    ['characters that are not ASCII', `${header}.${payload}é.${signature}`],
    ['the JSON form', JSON.stringify({ protected: header, payload, signature })],
    ['braces', '{}.{}.{}'],
    ['a header that is not JSON', rawJws('{', CLAIMS)],
    ['a payload that is not JSON', rawJws(HEADER, 'x')],
    ['a compressed payload', rawJws({ ...HEADER, zip: 'DEF' }, CLAIMS)],
    ['more than 8 KiB', rawJws(HEADER, { pad: 'x'.repeat(8_192) })],
    ['a megabyte', 'x'.repeat(1_048_576)],
  ])('%s (93)', (_what, token) => {
    expect(() => parseCompactJws(token)).toThrow('invalid_token')
  })
})

describe('the algorithm is refused when it is', () => {
  it.each([
    'none',
    'None',
    'NONE',
    'nOnE',
    '',
    'HS256',
    'HS384',
    'HS512',
    'PS256',
    'PS384',
    'RS384',
    'RS512',
    'ES384',
    'ES512',
    'ES256K',
    'EdDSA',
    'Ed25519',
    'es256',
    'ES256 ',
    'RSA-OAEP',
    'dir',
    256,
    null,
    ['ES256'],
    { alg: 'ES256' },
  ])('%j (91, V18)', (alg) => {
    expect(() => parseCompactJws(rawJws({ ...HEADER, alg }, CLAIMS))).toThrow('invalid_token')
  })

  it('absent (91, V18)', () => {
    expect(() => parseCompactJws(rawJws({ typ: 'at+jwt', kid: 'k' }, CLAIMS))).toThrow('invalid_token')
  })
})

describe('the type', () => {
  it.each(['at+jwt', 'AT+JWT', 'application/at+jwt'])('%s is an access token', (typ) => {
    expect(parseCompactJws(rawJws({ ...HEADER, typ }, CLAIMS)).keyId).toBe('k')
  })

  it.each([
    undefined,
    null,
    1,
    '',
    'JWT',
    'jwt',
    'at-jwt',
    'at+jwt ',
    'logout+jwt',
    'token-introspection+jwt',
    'dpop+jwt',
    'client-authentication+jwt',
    'secevent+jwt',
    'application/jwt',
    ['at+jwt'],
  ])('%j is another kind of token (48, 90)', (typ) => {
    expect(() => parseCompactJws(rawJws({ ...HEADER, typ }, CLAIMS))).toThrow('invalid_token')
  })
})

describe('the header is refused with', () => {
  it.each([
    ['crit', ['exp']],
    ['crit', []],
    ['b64', false],
    ['b64', true],
    ['zip', 'DEF'],
    ['jku', 'https://attacker.example/jwks'],
    ['x5u', 'https://attacker.example/cert'],
    ['jwk', { kty: 'EC' }],
    ['x5c', ['MII']],
  ])('%s (91, 92, V18)', (name, value) => {
    expect(() => parseCompactJws(rawJws({ ...HEADER, [name]: value }, CLAIMS))).toThrow(name)
  })

  it.each([undefined, null, 1, '', ['k'], { kid: 'k' }, 'k'.repeat(10_240)])('a kid of %j (92)', (kid) => {
    expect(() => parseCompactJws(rawJws({ ...HEADER, kid }, CLAIMS))).toThrow('invalid_token')
  })

  it.each([[[]], [null], ['text'], [1]])('%j for an object', (value) => {
    expect(() => parseCompactJws(rawJws(value, CLAIMS))).toThrow('invalid_token')
  })
})

it.each(["' OR 1=1 --", '../../etc/passwd', '__proto__', 'constructor', '%s%n', 'a\u0000b'])(
  'takes the kid %j for data (92, V20)',
  (kid) => {
    expect(parseCompactJws(rawJws({ ...HEADER, kid }, CLAIMS)).keyId).toBe(kid)
  },
)

it('says nothing of the token in its reason (53)', () => {
  const secret = 'c2VjcmV0'
  expect.assertions(1)
  try {
    parseCompactJws(`${header}.${secret}=.${signature}`)
  } catch (error) {
    expect(JSON.stringify([String(error), error])).not.toContain(secret)
  }
})
