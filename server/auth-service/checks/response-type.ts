import { OAuthError } from '../oauth-error.js'

/**
 * Only the authorization code flow exists here: no token ever travels through a browser's address bar.
 *
 * @throws OAuthError `invalid_request` without a response type, `unsupported_response_type` for any other.
 * @see RFC 9700 §2.1.2
 */
export function requireCodeResponse(responseType: string | undefined): void {
  if (responseType === undefined) throw new OAuthError('invalid_request', 'response_type is missing')
  if (responseType !== 'code') {
    throw new OAuthError('unsupported_response_type', 'the only response_type is code')
  }
}
