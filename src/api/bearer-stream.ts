import { AuthcliError } from '../errors.js'
import type { HttpStream, HttpStreamRequest, HttpStreamResponse } from '../http.js'
import type { LastingTokens } from '../session/access-tokens.js'
import { asksForMore } from './bearer-fetch.js'
import { requireBelow } from './below-resource.js'

/** A request that can't be repeated had better carry a token that lives at least until it has arrived. */
const ENOUGH_SECONDS = 60

/**
 * Makes the stream that spends access tokens: like `createBearerFetch`, for requests and responses of any size.
 *
 * A body that can be iterated can be sent once only. So its token is refreshed first when less than a minute of
 * it is left; if the API refuses it all the same, the 401 is given back, and a new token is stored for the next
 * try.
 * @param resource the resource identifier in canonical form
 * @throws AuthcliError USAGE for a URL that is not below the resource; whatever access tokens and HttpStream throw.
 * @see RFC 6750 §2.1 and §3.1
 */
export function createBearerStream(
  dependencies: { stream: HttpStream; accessTokens: LastingTokens },
  resource: string,
): HttpStream {
  const { stream, accessTokens } = dependencies

  return async (request) => {
    requireBelow(request.url, resource)
    const send = (token: string) =>
      stream({ ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } })
    const token = isSentOnce(request) ? await tokenForOneTry(accessTokens) : await accessTokens.current()
    const response = await send(token)
    if (response.status !== 401 || asksForMore(response)) return response
    return await answerRefusal(response, token, send, request)
  }

  async function answerRefusal(
    response: HttpStreamResponse,
    token: string,
    send: (token: string) => Promise<HttpStreamResponse>,
    request: HttpStreamRequest,
  ): Promise<HttpStreamResponse> {
    if (!isSentOnce(request)) response.discard()
    const another = await accessTokens.replace(token)
    return isSentOnce(request) ? response : await send(another)
  }
}

/** Whether the body of a request is gone once it was sent. */
export function isSentOnce({ body }: HttpStreamRequest): boolean {
  return typeof body === 'object' && !(body instanceof Uint8Array)
}

/** A token with some life left, or the longest-lived that is to be had. */
async function tokenForOneTry(accessTokens: LastingTokens): Promise<string> {
  try {
    return (await accessTokens.lasting(ENOUGH_SECONDS)).accessToken
  } catch (error) {
    if (!(error instanceof AuthcliError) || error.code !== 'TOKEN_TOO_SHORT') throw error
    return await accessTokens.current()
  }
}
