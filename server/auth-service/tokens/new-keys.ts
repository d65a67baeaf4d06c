import { randomBytes, randomUUID } from 'node:crypto'
import type { KeyRow } from '../store/keys.js'
import { encryptKey } from './key-encryption.js'
import { createSigningKey, SIGNING_ALGORITHMS } from './signing-keys.js'

/** What a key is for; of each kind there is always one in use. */
export type KeyKind = Pick<KeyRow, 'purpose' | 'alg'>

const REFRESH_TOKEN_KEY_BYTES = 32

/** Every kind of key that the AuthService has. */
export const KEY_KINDS: readonly KeyKind[] = [
  ...SIGNING_ALGORITHMS.map((alg): KeyKind => ({ purpose: 'sign', alg })),
  { purpose: 'refresh-token', alg: 'HS256' },
]

/** Whether two keys, or a key and a kind, are of the same kind. */
export function isSameKind(a: KeyKind, b: KeyKind): boolean {
  return a.purpose === b.purpose && a.alg === b.alg
}

/** Makes one key of each of these kinds, as rows for the database, in use from now on. Stores nothing. */
export async function createKeys(
  secret: Uint8Array,
  kinds: readonly KeyKind[],
  now: number,
): Promise<KeyRow[]> {
  const algorithms = SIGNING_ALGORITHMS.filter((alg) =>
    kinds.some((kind) => isSameKind(kind, { purpose: 'sign', alg })),
  )
  const keys = await Promise.all(algorithms.map((alg) => createSigningKey(secret, alg, now)))
  return kinds.some(({ purpose }) => purpose === 'refresh-token')
    ? [...keys, createRefreshTokenKey(secret, now)]
    : keys
}

function createRefreshTokenKey(secret: Uint8Array, now: number): KeyRow {
  const id = randomUUID()
  return {
    id,
    purpose: 'refresh-token',
    alg: 'HS256',
    public_jwk: null,
    encrypted_private: encryptKey(secret, id, randomBytes(REFRESH_TOKEN_KEY_BYTES)),
    created_at: now,
    active_from: now,
    retired_at: null,
  }
}
