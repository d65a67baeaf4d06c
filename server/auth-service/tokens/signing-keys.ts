import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { calculateJwkThumbprint, type JWK } from 'jose'
import { OperatorError } from '../operator-error.js'
import type { KeyRow } from '../store/keys.js'
import { decryptKey, encryptKey } from './key-encryption.js'

export type SigningAlgorithm = 'ES256' | 'RS256'

/** ES256 signs by default; RS256 is there for clients that ask for it (OpenID Connect Core §15.1). */
export const SIGNING_ALGORITHMS: readonly SigningAlgorithm[] = ['ES256', 'RS256']

/** A key with which tokens are signed. */
export interface SigningKey {
  kid: string
  alg: SigningAlgorithm
  privateKey: KeyObject
  publicKey: KeyObject
  publicJwk: JWK
}

const MIN_RSA_BITS = 2048

/**
 * Makes a key for one algorithm, as the row that the database keeps: the private part encrypted, the key id the
 * thumbprint of the public part.
 * @see RFC 7638
 */
export async function createSigningKey(
  secret: Uint8Array,
  alg: SigningAlgorithm,
  now: number,
): Promise<KeyRow> {
  const { privateKey, publicKey } = await generate(alg)
  const publicJwk = publicKey.export({ format: 'jwk' }) as JWK
  const kid = await calculateJwkThumbprint(publicJwk)
  return {
    id: kid,
    purpose: 'sign',
    alg,
    public_jwk: JSON.stringify({ ...publicJwk, kid, alg, use: 'sig' }),
    encrypted_private: encryptKey(secret, kid, privateKey.export({ type: 'pkcs8', format: 'der' })),
    created_at: now,
    active_from: now,
    retired_at: null,
  }
}

/** @throws OperatorError on a wrong secret, or an RSA key of less than 2048 bits (RFC 8725 §3.5). */
export function readSigningKey(secret: Uint8Array, row: KeyRow): SigningKey {
  const der = decryptKey(secret, row.id, row.encrypted_private)
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  const bits = privateKey.asymmetricKeyDetails?.modulusLength
  if (bits !== undefined && bits < MIN_RSA_BITS) {
    throw new OperatorError(`the signing key ${row.id} has ${bits} bits, and RSA needs ${MIN_RSA_BITS}`)
  }
  const publicKey = createPublicKey(privateKey)
  const alg = row.alg as SigningAlgorithm
  // From the private key and not from the row's own text, so that what is published is what signs.
  const publicJwk: JWK = { ...(publicKey.export({ format: 'jwk' }) as JWK), kid: row.id, alg, use: 'sig' }
  return { kid: row.id, alg, privateKey, publicKey, publicJwk }
}

const generateKeyPairAsync = promisify(generateKeyPair)

function generate(alg: SigningAlgorithm): Promise<{ privateKey: KeyObject; publicKey: KeyObject }> {
  return alg === 'ES256'
    ? generateKeyPairAsync('ec', { namedCurve: 'P-256' })
    : generateKeyPairAsync('rsa', { modulusLength: MIN_RSA_BITS })
}
