import { OAuthError } from '../oauth-error.js'

/**
 * How many seconds ago the person may have signed in at most; undefined when any sign-in will do.
 *
 * @throws OAuthError `invalid_request` when it isn't a whole number of seconds.
 * @see OpenID Connect Core §3.1.2.1
 */
export function requestedMaxAgeSeconds(maxAge: string | undefined): number | undefined {
  if (maxAge === undefined) return undefined
  // Ten digits are three centuries, and far from where numbers lose precision.
  if (!/^[0-9]{1,10}$/.test(maxAge)) {
    throw new OAuthError('invalid_request', 'max_age is not a whole number of seconds')
  }
  return Number(maxAge)
}
