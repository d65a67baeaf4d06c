import { createHash, randomBytes } from 'node:crypto'

const CODE_BYTES = 32

/** A new authorization code: 256 random bits in base64url, from which nothing about the request can be learned. */
export function createAuthorizationCode(): string {
  return randomBytes(CODE_BYTES).toString('base64url')
}

/** The form in which a code is stored and looked up. Not keyed: nobody guesses 256 random bits. */
export function hashAuthorizationCode(code: string): string {
  return createHash('sha256').update(code).digest('base64url')
}
