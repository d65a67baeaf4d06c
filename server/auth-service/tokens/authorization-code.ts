import { createHash } from 'node:crypto'
import { randomBytesSince } from './random.js'

/** The instant, and 208 random bits. */
const CODE_BYTES = 32
/** The instant at the beginning of a code, in base64url. */
const INSTANT_CHARACTERS = 8

/** A new authorization code: nothing about the request can be learned from it but when it was answered. */
export function createAuthorizationCode(now: number): string {
  return randomBytesSince(CODE_BYTES, now).toString('base64url')
}

/**
 * The form in which a code is stored and looked up: its hash, behind the instant that orders the rows. Not keyed: nobody
 * guesses 208 random bits.
 */
export function hashAuthorizationCode(code: string): string {
  const hash = createHash('sha256').update(code).digest('base64url')
  return code.slice(0, INSTANT_CHARACTERS) + hash
}
