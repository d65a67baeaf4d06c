import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { deriveKey } from './derived-keys.js'

const SECRET_BYTES = 32

/** A new client secret: 256 random bits in base64url. Only its hash is kept. */
export function createClientSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url')
}

/**
 * The form in which a client secret is kept: HMAC-SHA256 under a key of this AuthService. Fast, because nobody
 * guesses 256 random bits; keyed, so that a copy of the database alone confirms nothing.
 * @param secret the AuthService's own, from `Settings`
 */
export function hashClientSecret(secret: Uint8Array, clientSecret: string): string {
  return mac(secret, clientSecret).toString('base64url')
}

/** Whether this is the client secret of this hash; takes as long for every wrong one. */
export function isClientSecret(secret: Uint8Array, secretHash: string, clientSecret: string): boolean {
  const expected = Buffer.from(secretHash, 'base64url')
  const presented = mac(secret, clientSecret)
  return expected.length === presented.length && timingSafeEqual(expected, presented)
}

function mac(secret: Uint8Array, clientSecret: string): Buffer {
  return createHmac('sha256', deriveKey(secret, 'client-secrets')).update(clientSecret).digest()
}
