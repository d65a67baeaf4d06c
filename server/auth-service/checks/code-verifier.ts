import { createHash } from 'node:crypto'
import { OAuthError } from '../oauth-error.js'

/** @see RFC 7636 §4.1: 43 to 128 unreserved characters. */
const CODE_VERIFIER = /^[A-Za-z0-9._~-]{43,128}$/

/**
 * The verifier must be the one of the challenge; it must come if and only if a challenge came with the authorization
 * request. One without a challenge is what a downgrade looks like.
 *
 * @param codeChallenge what the authorization request sent, S256; null if it sent none.
 * @throws OAuthError `invalid_grant`
 * @see RFC 7636 §4.6; RFC 9700 §4.8.2
 */
export function refuseWrongCodeVerifier(
  codeChallenge: string | null,
  codeVerifier: string | undefined,
): void {
  if (codeChallenge === null) {
    if (codeVerifier !== undefined) throw refused('a code_verifier came for a code without a challenge')
    return
  }
  if (codeVerifier === undefined) throw refused('the code_verifier is missing')
  if (!CODE_VERIFIER.test(codeVerifier)) throw refused('the code_verifier is malformed')
  if (codeChallengeOf(codeVerifier) !== codeChallenge) {
    throw refused('the code_verifier is not the one of the challenge')
  }
}

/** @see RFC 7636 §4.2, S256 */
function codeChallengeOf(codeVerifier: string): string {
  return createHash('sha256').update(codeVerifier).digest('base64url')
}

function refused(reason: string): OAuthError {
  return new OAuthError('invalid_grant', 'the code_verifier does not fit this code', { reason })
}
