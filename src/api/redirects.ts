import { isHttpsOrLoopback, isLoopback } from '../discovery/https-or-loopback.js'
import { AuthcliError } from '../errors.js'
import type { HttpStream, HttpStreamRequest, HttpStreamResponse } from '../http.js'
import { isBelow } from './below-resource.js'

const REDIRECTS = [301, 302, 303, 307, 308]
const MAX_REDIRECTS = 5

/** What a request of somebody else's server may say of itself: nothing of the person's, and no token. */
const HARMLESS_HEADERS = ['accept', 'accept-language', 'range']

/** A response, and who gave it in the end. */
export interface FollowedResponse extends HttpStreamResponse {
  url: URL
  /** Nobody but the API had a say in it: what it says of the API can be believed. */
  isOwn: boolean
}

/**
 * Sends a request, and goes where a redirect says, as far as that is safe.
 *
 * Only GET and HEAD without a body are sent on; the redirect of any other request is given back as it came,
 * for whoever asked to decide. Within the resource the new request is the same with a token. Anywhere else it
 * carries no token and no header that the person gave, and it never gets them back: not even where a later
 * redirect leads into the resource again, because then somebody else has chosen the request. What is neither
 * https nor on loopback is refused, and so is the loopback of this computer, unless the API is there itself.
 * @param dependencies.withToken sends requests below the resource; `withoutToken` all others
 * @throws AuthcliError API_REFUSED for a redirect that is not followed, or too many of them.
 * @see RFC 9110 §15.4
 */
export async function sendFollowing(
  dependencies: { withToken: HttpStream; withoutToken: HttpStream },
  request: HttpStreamRequest,
  resource: string,
): Promise<FollowedResponse> {
  const { withToken, withoutToken } = dependencies
  const maySendOn = ['GET', 'HEAD'].includes(request.method) && request.body === undefined
  let { url } = request
  let response = await withToken(request)
  let isOwn = true
  for (let count = 0; maySendOn && REDIRECTS.includes(response.status); count += 1) {
    const location = response.headers['location']
    if (location === undefined || !URL.canParse(location, url.href)) break
    response.discard()
    if (count === MAX_REDIRECTS) throw refused(`redirects more than ${MAX_REDIRECTS} times`)
    url = new URL(location, url.href)
    isOwn &&= isBelow(url, resource)
    if (!isOwn) requireSafe(url, resource)
    response = isOwn
      ? await withToken({ ...request, url })
      : await withoutToken({ ...request, url, headers: harmless(request.headers) })
  }
  return { ...response, url, isOwn }
}

function requireSafe(url: URL, resource: string): void {
  const isFromLoopback = isLoopback(new URL(resource))
  if (!isHttpsOrLoopback(url)) {
    throw refused(`redirects to ${url.origin}, which is neither https nor on this computer`)
  }
  if (isLoopback(url) && !isFromLoopback) throw refused(`redirects to this computer, ${url.origin}`)
  if (url.username !== '' || url.password !== '')
    throw refused('redirects to an address with a password in it')
}

function harmless(headers: Record<string, string> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => HARMLESS_HEADERS.includes(name)))
}

function refused(what: string): AuthcliError {
  return new AuthcliError('API_REFUSED', `the API ${what}`)
}
