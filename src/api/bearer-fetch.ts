import { parseBearerChallenge } from '../discovery/challenge.js'
import type { Http, HttpRequest, HttpResponse } from '../http.js'
import type { AccessTokens } from '../session/access-tokens.js'
import { requireBelow } from './below-resource.js'

/**
 * Sends one request with an access token to a URL below the resource that the token is for, and gives back
 * the response, whatever its status.
 * @throws AuthcliError USAGE for a URL that is not below the resource; whatever access tokens and Http throw.
 */
export type BearerFetch = (request: HttpRequest) => Promise<HttpResponse>

/**
 * Makes the fetch that spends access tokens. A 401 is answered by one new token and one resend, unless its
 * challenge says `insufficient_…`: then no new token would help. No redirect is followed, so that a token goes
 * nowhere else.
 * @param resource the resource identifier in canonical form
 * @see RFC 6750 §2.1 and §3.1, RFC 9470 §3
 */
export function createBearerFetch(
  dependencies: { http: Http; accessTokens: AccessTokens },
  resource: string,
): BearerFetch {
  const { http, accessTokens } = dependencies

  return async (request) => {
    requireBelow(request.url, resource)
    const send = (token: string) =>
      http({ ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } })
    const token = await accessTokens.current()
    const response = await send(token)
    if (response.status !== 401 || asksForMore(response)) return response
    return await send(await accessTokens.replace(token))
  }
}

/** `insufficient_scope` and `insufficient_user_authentication` ask for another login, not for another token. */
export function asksForMore(response: Pick<HttpResponse, 'headers'>): boolean {
  const challenge = parseBearerChallenge(response.headers['www-authenticate'])
  return challenge?.error?.startsWith('insufficient_') ?? false
}
