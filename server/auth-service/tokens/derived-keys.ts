import { hkdfSync } from 'node:crypto'

/** Everything that has a key derived from `AUTH_SERVICE_SECRET`. A name never changes: it makes the key. */
export type KeyPurpose =
  | 'private-keys'
  | 'client-secrets'
  | 'csrf-tokens'
  | 'interactions'
  | 'throttles'
  | 'device-codes'
  | 'provider-sign-ins'

const KEY_BYTES = 32

/** What was derived before: a secret lives as long as the process, and each request needs a key of it or two. */
const derived = new WeakMap<Uint8Array, Map<KeyPurpose, Buffer>>()

/**
 * The 32-byte key of one purpose. Keys of different purposes tell nothing about each other or about the secret.
 * @param secret whose bytes never change.
 * @see RFC 5869 (HKDF with SHA-256; the secret is uniform already, so there is no salt)
 */
export function deriveKey(secret: Uint8Array, purpose: KeyPurpose): Buffer {
  const keys = derived.get(secret) ?? new Map<KeyPurpose, Buffer>()
  derived.set(secret, keys)
  const key = keys.get(purpose) ?? hkdf(secret, purpose)
  keys.set(purpose, key)
  return key
}

function hkdf(secret: Uint8Array, purpose: KeyPurpose): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', `auth-service ${purpose}`, KEY_BYTES))
}
