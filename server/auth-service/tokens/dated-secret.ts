import { createHash } from 'node:crypto'
import { randomBytesSince } from './random.js'

/** The instant, and 208 random bits. */
const SECRET_BYTES = 32
/** The instant at the beginning, in base64url. */
const INSTANT_CHARACTERS = 8

/**
 * A new secret, 43 characters of base64url, from which nothing can be learned but when it was made.
 *
 * @param now epoch milliseconds.
 */
export function createDatedSecret(now: number): string {
  return randomBytesSince(SECRET_BYTES, now).toString('base64url')
}

/**
 * The form in which such a secret is stored and looked up: its hash, behind the instant that orders the rows. Not keyed:
 * nobody guesses 208 random bits.
 */
export function hashDatedSecret(secret: string): string {
  const hash = createHash('sha256').update(secret).digest('base64url')
  return secret.slice(0, INSTANT_CHARACTERS) + hash
}
