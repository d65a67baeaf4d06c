import { type KeyObject, randomBytes, randomUUID } from 'node:crypto'
import type { JWK } from 'jose'
import { insertKey, type KeyRow, listKeys } from '../store/keys.js'
import type { Store } from '../store/store.js'
import { decryptKey, encryptKey } from './key-encryption.js'
import {
  createSigningKey,
  readSigningKey,
  SIGNING_ALGORITHMS,
  type SigningAlgorithm,
  type SigningKey,
} from './signing-keys.js'

/** The keys in use, decrypted, for as long as the process lives. */
export interface KeyRing {
  /** The newest key of an algorithm. */
  signingKey(alg: SigningAlgorithm): SigningKey
  /** The public key of a `kid` that tokens still out may carry, or undefined. */
  verificationKey(kid: string): { alg: SigningAlgorithm; publicKey: KeyObject } | undefined
  /** The published key set (RFC 7517 §5): public members only, each with `alg`, `use`, `kid`. */
  jwks(): { keys: JWK[] }
  /** 32 bytes: the MAC key of refresh tokens. */
  readonly refreshTokenKey: Uint8Array
}

/**
 * Reads the keys from the database, and makes those that are missing. Of several processes that start on an
 * empty database at once, one makes them and all use the same.
 * @throws OperatorError on a wrong secret, or a key that is too weak.
 */
export async function loadKeyRing(store: Store, secret: Uint8Array, now: number): Promise<KeyRing> {
  let rows = await listKeys(store.read)
  const made = await createMissingKeys(rows, secret, now)
  if (made.length > 0) {
    rows = await store.write(async (transaction) => {
      const before = await listKeys(transaction)
      for (const key of made) {
        if (!before.some((row) => isSameKind(row, key))) await insertKey(transaction, key)
      }
      return listKeys(transaction)
    })
  }
  return createKeyRing(rows, secret)
}

async function createMissingKeys(
  rows: readonly KeyRow[],
  secret: Uint8Array,
  now: number,
): Promise<KeyRow[]> {
  const missing = SIGNING_ALGORITHMS.filter(
    (alg) => !rows.some((row) => isSameKind(row, { purpose: 'sign', alg })),
  )
  const made = await Promise.all(missing.map((alg) => createSigningKey(secret, alg, now)))
  if (!rows.some((row) => row.purpose === 'refresh-token')) made.push(createRefreshTokenKey(secret, now))
  return made
}

function createRefreshTokenKey(secret: Uint8Array, now: number): KeyRow {
  const id = randomUUID()
  return {
    id,
    purpose: 'refresh-token',
    alg: 'HS256',
    public_jwk: null,
    encrypted_private: encryptKey(secret, id, randomBytes(32)),
    created_at: now,
    active_from: now,
    retired_at: null,
  }
}

function isSameKind(a: Pick<KeyRow, 'purpose' | 'alg'>, b: Pick<KeyRow, 'purpose' | 'alg'>): boolean {
  return a.purpose === b.purpose && a.alg === b.alg
}

function createKeyRing(rows: readonly KeyRow[], secret: Uint8Array): KeyRing {
  const signing = rows.filter((row) => row.purpose === 'sign').map((row) => readSigningKey(secret, row))
  const byKid = new Map(signing.map((key) => [key.kid, key]))
  const newest = new Map(signing.map((key) => [key.alg, key]))
  const refreshRow = rows.findLast((row) => row.purpose === 'refresh-token')
  if (refreshRow === undefined) throw new Error('there is no refresh-token key')
  const refreshTokenKey = decryptKey(secret, refreshRow.id, refreshRow.encrypted_private)
  return {
    signingKey(alg) {
      const key = newest.get(alg)
      if (key === undefined) throw new Error(`there is no signing key for ${alg}`)
      return key
    },
    verificationKey: (kid) => byKid.get(kid),
    jwks: () => ({ keys: signing.map((key) => key.publicJwk) }),
    refreshTokenKey,
  }
}
