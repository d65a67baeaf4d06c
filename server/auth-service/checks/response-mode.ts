import { OAuthError } from '../oauth-error.js'

/**
 * Answers come in the query of the redirect URI, the default of the code flow.
 *
 * @throws OAuthError `invalid_request` for any other mode.
 * @see OAuth 2.0 Multiple Response Type Encoding Practices §2.1
 */
export function requireQueryResponse(responseMode: string | undefined): void {
  if (responseMode !== undefined && responseMode !== 'query') {
    throw new OAuthError('invalid_request', 'the only response_mode is query')
  }
}
