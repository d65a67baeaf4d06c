import { OAuthError } from '../oauth-error.js'
import type { RequestParameters } from './request-parameters.js'

/**
 * Request objects and self-registration in the request are not supported, and each has an error of its own to say
 * so. Ignoring them would answer another request than the one that the client made.
 *
 * @throws OAuthError `request_not_supported`, `request_uri_not_supported`, `registration_not_supported`.
 * @see OpenID Connect Core §3.1.2.6, §6.1, §6.2, §7.2.1
 */
export function refuseRequestObject(parameters: RequestParameters): void {
  if (parameters.get('request') !== undefined) {
    throw new OAuthError('request_not_supported', 'request objects are not supported')
  }
  if (parameters.get('request_uri') !== undefined) {
    throw new OAuthError('request_uri_not_supported', 'request_uri is not supported')
  }
  if (parameters.get('registration') !== undefined) {
    throw new OAuthError('registration_not_supported', 'registration in the request is not supported')
  }
}
