import { createHmac } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  PROVIDER_CLIENT_ID,
  type ProviderDouble,
  sendJson,
  signInAtDouble,
  startProviderDouble,
} from '../../../support/auth-service/provider-double.js'
import { makeSigner, rawJws } from '../../../support/backend-api/signer.js'

let double: ProviderDouble
beforeEach(async () => {
  double = await startProviderDouble()
})
afterEach(() => double.close())

const HUGE = 'x'.repeat(100_000)
const NOW = Math.floor(Date.now() / 1000)

/** What stands where each claim should: nothing, nothing said, another type, too much. */
const WRONG = {
  iss: [undefined, null, 1, ['https://a.example'], { a: 1 }, '', 'https://other.example', HUGE],
  sub: [undefined, null, 1, ['ada'], { a: 1 }, '', HUGE, 'x'.repeat(256), 'a\nb', 'a\u0000b', 'a\u202eb'],
  aud: [undefined, null, 1, { a: 1 }, '', 'other', [], ['other'], HUGE, [PROVIDER_CLIENT_ID, 'other']],
  exp: [undefined, null, '1', [NOW], { a: 1 }, 0, -1, NOW - 60, true, NOW - 1e6],
  iat: [undefined, null, '1', [NOW], { a: 1 }, -1, 1e300, NOW + 1e6, 1.5, true],
  nonce: [undefined, null, 1, ['the-nonce'], { a: 1 }, '', 'other', HUGE],
  azp: [null, 1, ['our-client'], { a: 1 }, '', 'other', HUGE],
  nbf: [null, '1', [NOW], NOW + 1e6, 1e300],
  auth_time: [null, '1', [NOW], -1],
}
const WRONG_CLAIMS = Object.entries(WRONG).flatMap(([claim, values]) =>
  values.map((value): [string, string, unknown] => [
    claim,
    String(JSON.stringify(value)).slice(0, 40),
    value,
  ]),
)

describe('an ID token', () => {
  it.each(WRONG_CLAIMS)('whose %s is %s signs nobody in (86, V16)', async (claim, _what, value) => {
    // Which would find another subject, and hide what the token says.
    delete double.metadata['userinfo_endpoint']
    double.claims = { [claim]: value }
    await expect(signInAtDouble(double)).rejects.toMatchObject({ step: 'identity', fault: 'wrong' })
  })

  it('with our client as authorized party of several audiences is good (86)', async () => {
    double.claims = { aud: [PROVIDER_CLIENT_ID, 'other'], azp: PROVIDER_CLIENT_ID }
    expect((await signInAtDouble(double)).identity.subject).toBe('ada')
  })

  it.each([
    ['ends now', { exp: NOW - 10 }],
    ['begins in a moment', { nbf: NOW + 10 }],
  ])('of a clock that is a little off is good where it %s', async (_what, claims) => {
    double.claims = { ...claims, iat: NOW - 20 }
    expect((await signInAtDouble(double)).identity.subject).toBe('ada')
  })

  it.each([
    ['nothing at all', undefined],
    ['null', null],
    ['a number', 7],
    ['an object', { sub: 'ada' }],
    ['no token', 'abc'],
    ['a token in five parts', 'a.b.c.d.e'],
    ['a token of noise', `${HUGE}.${HUGE}.x`],
  ])('that is %s signs nobody in (86)', async (_what, value) => {
    double.tokens = (answer) => ({ ...answer, id_token: value })
    await expect(signInAtDouble(double)).rejects.toMatchObject({ fault: 'wrong' })
  })
})

const header = { typ: 'JWT', kid: 'key-1' }

describe('a signature', () => {
  const refused = async () => {
    await expect(signInAtDouble(double)).rejects.toMatchObject({ step: 'identity', fault: 'wrong' })
    expect(double.seen.map(({ path }) => path)).not.toContain('/userinfo')
  }

  it.each(['none', 'None', 'NONE', 'nOnE', ''])('of the algorithm %j is none (91, V18)', async (alg) => {
    double.idToken = (claims) => rawJws({ ...header, alg }, claims, '')
    await refused()
  })

  it.each([
    ['the public key', () => JSON.stringify(double.signer.publicJwk)],
    ['the client secret', () => 'a secret between us: 100 % +&='],
    ['nothing', () => ''],
  ])('of HS256 with %s is none, also where the provider offers it (91, V18)', async (_what, key) => {
    double.idToken = (claims) => {
      const unsigned = rawJws({ ...header, alg: 'HS256' }, claims, '').replace(/\.$/, '')
      return `${unsigned}.${createHmac('sha256', key()).update(unsigned).digest('base64url')}`
    }
    await refused()
  })

  it('of another key with the same id is none (86, 92)', async () => {
    const thief = await makeSigner('ES256', 'key-1')
    double.idToken = (claims) => thief.sign(claims)
    await refused()
  })

  it('of an algorithm that the provider does not sign with is none (91)', async () => {
    const other = await makeSigner('ES384', 'key-2')
    double.keys = [double.signer.publicJwk, other.publicJwk]
    double.idToken = (claims) => other.sign(claims)
    await refused()
  })

  it.each(['RS256', 'PS256', 'ES512', 'EdDSA'])(
    'of %s with a key for ES256 is none (91, V18)',
    async (alg) => {
      double.metadata['id_token_signing_alg_values_supported'] = ['ES256', alg]
      double.idToken = (claims) => rawJws({ ...header, alg }, claims)
      await refused()
    },
  )

  it('of a key that is for something else is none (92)', async () => {
    double.keys = [{ ...double.signer.publicJwk, use: 'enc' }]
    await refused()
  })

  it.each([
    ['changed claims', (parts: string[]) => [parts[0], `${parts[1]?.slice(0, -4)}AAAA`, parts[2]]],
    ['no signature', (parts: string[]) => [parts[0], parts[1], '']],
    ['half a signature', (parts: string[]) => [parts[0], parts[1], parts[2]?.slice(0, 40)]],
  ])('under %s is none (86)', async (_what, change) => {
    double.idToken = async (claims) => change((await double.signer.sign(claims)).split('.')).join('.')
    await expect(signInAtDouble(double)).rejects.toMatchObject({ fault: 'wrong' })
  })

  it.each([
    ['an unknown extension', { crit: ['exp'], exp: 1 }],
    ['an unencoded payload', { b64: false, crit: ['b64'] }],
  ])('with %s is none (91)', async (_what, extra) => {
    double.idToken = (claims) => rawJws({ ...header, alg: 'ES256', ...extra }, claims)
    await refused()
  })

  it('is looked for at the provider only, whatever its header says (92, V20)', async () => {
    const thief = await makeSigner('ES256', 'thief')
    const sink = await startProviderDouble()
    sink.keys = [thief.publicJwk]
    const address = `${sink.origin}/jwks`
    double.idToken = (claims) =>
      thief.sign(claims, { jku: address, x5u: address, jwk: thief.publicJwk, kid: address })
    await refused()
    expect(sink.seen).toEqual([])
    await sink.close()
  })

  it.each(["' or 1=1 --", '../../jwks', HUGE.slice(0, 10_000), '__proto__'])(
    'by a key of the id %.20j is none (92)',
    async (kid) => {
      double.idToken = (claims) => double.signer.sign(claims, { kid })
      await refused()
    },
  )

  it('is checked with the one key that it names (92)', async () => {
    double.keys = [{ ...double.signer.publicJwk, kid: 'old' }, double.signer.publicJwk]
    expect((await signInAtDouble(double)).identity.subject).toBe('ada')
  })

  it.each([
    ['no list', { a: 1 }],
    ['nothing', null],
    ['a list of nothing', [null, 1, 'x']],
    ['a list of thousands', Array.from({ length: 5_000 }, () => ({ kty: 'EC', x: 'y'.repeat(100) }))],
  ])('is not checked with keys that are %s', async (_what, keys) => {
    double.answers.set('/jwks', (response) => sendJson(response, { keys }))
    await expect(signInAtDouble(double)).rejects.toMatchObject({ fault: 'wrong' })
  })
})

describe('what is said beside the subject', () => {
  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a number', 7],
    ['a list', ['ada@example.org']],
    ['no address', 'ada'],
    ['two addresses', 'a@b.example, c@d.example'],
    ['an address with a line break', 'ada@example.org\nBcc: x'],
    ['a huge address', `${HUGE}@example.org`],
  ])('is no address where it is %s (86)', async (_what, email) => {
    delete double.metadata['userinfo_endpoint']
    double.claims = { email, email_verified: true }
    const { identity } = await signInAtDouble(double)
    expect(identity).toMatchObject({ email: undefined, isEmailVerified: false })
  })

  it.each([undefined, null, 'true', 1, ['true'], {}, 'yes', false])(
    'is no verified address where email_verified is %j (87, V15)',
    async (email_verified) => {
      double.claims = { email: 'ada@example.org', email_verified }
      expect((await signInAtDouble(double)).identity.isEmailVerified).toBe(false)
    },
  )

  it.each([undefined, null, 7, ['Ada'], '', '   ', HUGE, 'Ada\u202eecalevol', 'A\u0000'])(
    'is no name where it is %.30j',
    async (name) => {
      double.userinfo = { sub: 'ada', name }
      expect((await signInAtDouble(double)).identity.name).toBeUndefined()
    },
  )

  it('changes nothing where it is named like a part of an object', async () => {
    double.answers.set('/userinfo', (response) =>
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end('{"sub":"ada","__proto__":{"email_verified":true},"constructor":"x"}'),
    )
    const { identity } = await signInAtDouble(double)
    expect(identity).toMatchObject({ email: undefined, isEmailVerified: false })
    expect(({} as Record<string, unknown>)['email_verified']).toBeUndefined()
  })
})
