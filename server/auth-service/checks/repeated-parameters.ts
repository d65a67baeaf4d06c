import { OAuthError } from '../oauth-error.js'
import type { RequestParameters } from './request-parameters.js'

/**
 * No parameter may come twice, known or not, and none may hold a NUL.
 *
 * @throws OAuthError `invalid_request`. Where the answer would be a redirect, look first whether `client_id` or
 *   `redirect_uri` is among `parameters.repeated`: then there is nowhere to redirect to.
 * @see RFC 6749 §3.1 and §3.2
 */
export function refuseRepeatedParameters(parameters: RequestParameters): void {
  const [name] = parameters.repeated
  if (name !== undefined) {
    throw new OAuthError('invalid_request', `parameter '${name.slice(0, 64)}' must not be repeated`)
  }
  if (parameters.hasNul) throw new OAuthError('invalid_request', 'a parameter holds a NUL character')
}
