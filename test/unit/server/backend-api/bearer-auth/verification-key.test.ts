import { generateKeyPairSync } from 'node:crypto'
import { exportJWK } from 'jose'
import { beforeAll, expect, it } from 'vitest'
import {
  parseKeySet,
  type VerificationKey,
} from '../../../../../server/backend-api/bearer-auth/verification-key.js'
import { makeSigner, type Signer } from '../../../../support/backend-api/signer.js'

let elliptic: Signer
let rsa: Signer
beforeAll(async () => {
  elliptic = await makeSigner('ES256', 'ec')
  rsa = await makeSigner('RS256', 'rsa')
})

async function idsOf(...keys: unknown[]): Promise<string[]> {
  return [...(await parseKeySet({ keys }, new Map())).keys()]
}

it('reads both kinds of keys, each for its one algorithm (49)', async () => {
  expect(await idsOf(elliptic.publicJwk, rsa.publicJwk)).toEqual(['ES256 ec', 'RS256 rsa'])
})

it('knows the algorithm of a key that does not say it', async () => {
  const { alg: _alg, use: _use, ...jwk } = rsa.publicJwk
  expect(await idsOf(jwk)).toEqual(['RS256 rsa'])
})

it.each([
  ['for another algorithm', { alg: 'PS256' }],
  ['for encryption', { use: 'enc' }],
  ['for signing only', { key_ops: ['sign'] }],
  ['without a name', { kid: undefined }],
  ['with a name that is no text', { kid: 7 }],
  ['with a member that is no text', { n: 7 }],
  ['whose numbers are nonsense', { n: '***' }],
  ['of another type', { kty: 'oct', k: 'c2VjcmV0' }],
])('passes over a key %s (49)', async (_what, change) => {
  expect(await idsOf({ ...rsa.publicJwk, ...change }, elliptic.publicJwk)).toEqual(['ES256 ec'])
})

it('passes over a key on another curve (49)', async () => {
  const { publicJwk } = await makeSigner('ES384', 'p-384')
  expect(await idsOf(publicJwk)).toEqual([])
})

it('passes over an RSA key of fewer than 2048 bits (50)', async () => {
  const small = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' })
  expect(await idsOf({ ...small, kid: 'small' }, rsa.publicJwk)).toEqual(['RS256 rsa'])
})

it('passes over a key whose private half is published: it is nobody’s any more (51)', async () => {
  const jwk = await exportJWK(elliptic.privateKey)
  expect(await idsOf({ ...jwk, kid: 'leaked' })).toEqual([])
})

it('keeps the first of two keys of one name', async () => {
  const other = await makeSigner('ES256', 'ec')
  const keys = await parseKeySet({ keys: [elliptic.publicJwk, other.publicJwk] }, new Map())
  expect(keys.get('ES256 ec')?.source).toContain(elliptic.publicJwk.x)
})

it('takes a key over that has not changed, and makes one anew that has', async () => {
  const before = await parseKeySet({ keys: [elliptic.publicJwk] }, new Map())
  const same = await parseKeySet({ keys: [{ ...elliptic.publicJwk, more: 'x' }] }, before)
  expect(same.get('ES256 ec')).toBe(before.get('ES256 ec'))
  const other = await makeSigner('ES256', 'ec')
  const changed = await parseKeySet({ keys: [other.publicJwk] }, before)
  expect(changed.get('ES256 ec')).not.toBe(before.get('ES256 ec'))
})

it.each([
  ['no object', []],
  ['no list of keys', { keys: {} }],
  ['more keys than anybody has', { keys: Array.from({ length: 101 }, () => ({})) }],
])('refuses a document with %s', async (_what, document) => {
  await expect(parseKeySet(document, new Map<string, VerificationKey>())).rejects.toThrow('JWK Set')
})
