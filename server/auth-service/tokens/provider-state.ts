import { createHash, createHmac, randomBytes } from 'node:crypto'
import { deriveKey } from './derived-keys.js'

const STATE_BYTES = 32

/** A new `state` for a sign-in at a provider: 256 random bits in base64url. */
export function createProviderState(): string {
  return randomBytes(STATE_BYTES).toString('base64url')
}

/** The form in which a state is stored and looked up. */
export function hashProviderState(state: string): string {
  return createHash('sha256').update(state).digest('base64url')
}

/**
 * The nonce and the PKCE code verifier that belong to a state: each as hard to guess, and none tells another. So
 * nothing is stored that would let a reader of the database finish somebody's sign-in.
 *
 * @see RFC 7636 §4.1; OpenID Connect Core §15.5.2
 */
export function secretsOfState(secret: Uint8Array, state: string): { nonce: string; codeVerifier: string } {
  const derive = (use: string) =>
    createHmac('sha256', deriveKey(secret, 'provider-sign-ins'))
      .update(JSON.stringify([use, state]))
      .digest('base64url')
  return { nonce: derive('nonce'), codeVerifier: derive('code-verifier') }
}
