import { type CryptoKey, importJWK, type JWK } from 'jose'
import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { AuthServiceUnavailable } from './auth-service.js'
import type { Algorithm } from './policy.js'

/** No AuthService rotates through more. */
const MAX_KEYS = 100
/** RFC 7518 §3.3. */
const MIN_RSA_BITS = 2048

/** A published key, bound to one algorithm. */
export interface VerificationKey {
  /** Algorithm and key id. */
  id: string
  algorithm: Algorithm
  /** The public members that the key was made of. */
  source: string
  key: CryptoKey
  /** Set when the AuthService stops publishing it: every verdict that rests on it ends. */
  withdrawn: boolean
}

const KeySetDocument = Compile(Type.Object({ keys: Type.Array(Type.Unknown(), { maxItems: MAX_KEYS }) }))

const PublicKey = Compile(
  Type.Intersect([
    Type.Object({
      kid: Type.String({ minLength: 1, maxLength: 256 }),
      use: Type.Optional(Type.Literal('sig')),
      key_ops: Type.Optional(Type.Array(Type.String(), { contains: Type.Literal('verify') })),
    }),
    Type.Union([
      Type.Object({
        kty: Type.Literal('EC'),
        crv: Type.Literal('P-256'),
        alg: Type.Optional(Type.Literal('ES256')),
        x: Type.String(),
        y: Type.String(),
      }),
      Type.Object({
        kty: Type.Literal('RSA'),
        alg: Type.Optional(Type.Literal('RS256')),
        n: Type.String(),
        e: Type.String(),
      }),
    ]),
  ]),
)

/**
 * Reads a JWK Set. A key that we have no use for (another type, another use, too small, or with its private
 * half published) is passed over, as RFC 7517 §5 says. A key that was there before is taken over as it is.
 * @throws AuthServiceUnavailable when it is no JWK Set.
 */
export async function parseKeySet(
  document: unknown,
  before: ReadonlyMap<string, VerificationKey>,
): Promise<ReadonlyMap<string, VerificationKey>> {
  if (!KeySetDocument.Check(document)) throw new AuthServiceUnavailable('the key set is no JWK Set')
  const keys = new Map<string, VerificationKey>()
  for (const jwk of document.keys) {
    const key = await parseKey(jwk, before)
    if (key && !keys.has(key.id)) keys.set(key.id, key)
  }
  return keys
}

async function parseKey(
  jwk: unknown,
  before: ReadonlyMap<string, VerificationKey>,
): Promise<VerificationKey | undefined> {
  if (!PublicKey.Check(jwk) || Object.hasOwn(jwk, 'd')) return undefined
  // The algorithm follows from the key, never from a token: each type has one here.
  const algorithm: Algorithm = jwk.kty === 'EC' ? 'ES256' : 'RS256'
  const members: JWK =
    jwk.kty === 'EC'
      ? { kty: jwk.kty, crv: jwk.crv, x: jwk.x, y: jwk.y }
      : { kty: jwk.kty, n: jwk.n, e: jwk.e }
  const id = `${algorithm} ${jwk.kid}`
  const source = JSON.stringify(members)
  const known = before.get(id)
  if (known?.source === source) return known
  const key = await importJWK(members, algorithm).catch(() => undefined)
  if (!key || key instanceof Uint8Array || !isLargeEnough(key)) return undefined
  return { id, algorithm, source, key, withdrawn: false }
}

function isLargeEnough(key: CryptoKey): boolean {
  const { modulusLength } = key.algorithm as { modulusLength?: number }
  return modulusLength === undefined || modulusLength >= MIN_RSA_BITS
}
