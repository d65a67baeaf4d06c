import { OAuthError } from '../oauth-error.js'
import type { Client } from '../store/clients.js'
import type { RequestParameters } from './request-parameters.js'

/** base64url of a SHA-256 hash: 32 bytes, so 43 characters, the last of which carries 4 bits. */
const S256_CHALLENGE = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/

/**
 * The PKCE challenge of an authorization request, or null for a confidential client that was registered to do
 * without one and sends none. Only S256: a plain challenge is the verifier itself, for everybody who sees the URL.
 *
 * @throws OAuthError `invalid_request` when it is missing, of another method, or no SHA-256 hash.
 * @see RFC 7636 §4.3, §4.4.1; RFC 9700 §2.1.1
 */
export function requireCodeChallenge(parameters: RequestParameters, client: Client): string | null {
  const codeChallenge = parameters.get('code_challenge')
  const method = parameters.get('code_challenge_method')
  if (codeChallenge === undefined) {
    const mayDoWithout = client.secretHash !== null && !client.requirePkce
    if (mayDoWithout && method === undefined) return null
    throw new OAuthError('invalid_request', 'code_challenge is missing')
  }
  // Absent means plain (RFC 7636 §4.3).
  if (method !== 'S256') throw new OAuthError('invalid_request', 'code_challenge_method must be S256')
  if (!S256_CHALLENGE.test(codeChallenge)) {
    throw new OAuthError('invalid_request', 'code_challenge is not the base64url of a SHA-256 hash')
  }
  return codeChallenge
}
