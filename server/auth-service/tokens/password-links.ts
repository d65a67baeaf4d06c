import { createHash, randomBytes } from 'node:crypto'

const TOKEN_BYTES = 32
const TOKEN_SYNTAX = /^[A-Za-z0-9_-]{43}$/

/** What is secret in a link by which a password is chosen: 256 random bits in base64url. */
export function createPasswordLinkToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url')
}

/** Whether a text can be such a token. What can't is looked for nowhere. */
export function isPasswordLinkToken(text: string): boolean {
  return TOKEN_SYNTAX.test(text)
}

/** The form in which it is stored and looked up. Not keyed: nobody guesses 256 random bits. */
export function hashPasswordLinkToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}
