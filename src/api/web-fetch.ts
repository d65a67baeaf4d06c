import type { HttpRequest, HttpResponse } from '../http.js'
import { reachApi } from './api-answer.js'
import type { BearerFetch } from './bearer-fetch.js'

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'] as const

/** Responses with these never have a body. @see Fetch Standard, null body status */
const NULL_BODY_STATUSES = [204, 205, 304]

/**
 * Dresses a BearerFetch as the `fetch` that everybody knows. A relative address is below the resource. What it sends
 * is held in memory, to be sent again after a 401, and so is what it receives. Redirects are given back, not followed:
 * a token goes nowhere else.
 * @param resource the resource identifier in canonical form
 * @throws AuthcliError API_UNREACHABLE when no whole response came; USAGE for an address that is not below the
 * resource; whatever access tokens throw. TypeError for a method that is not known.
 * @see Fetch Standard §5.4
 */
export function createWebFetch(bearerFetch: BearerFetch, resource: string): typeof globalThis.fetch {
  const base = resource.endsWith('/') ? resource : `${resource}/`
  return async (input, init) => {
    const request = new Request(input instanceof Request ? input : new URL(input, base), init)
    const { signal } = request
    const url = new URL(request.url)
    const body = request.body === null ? undefined : new Uint8Array(await request.arrayBuffer())
    const response = await reachApi(() =>
      bearerFetch({
        method: methodOf(request.method),
        url,
        headers: Object.fromEntries(request.headers),
        signal,
        ...(body !== undefined && { body }),
      }),
    )
    return toResponse(response, url)
  }
}

function methodOf(method: string): HttpRequest['method'] {
  const known = METHODS.find((each) => each === method.toUpperCase())
  if (known === undefined) throw new TypeError(`no request can be made with the method ${method}`)
  return known
}

function toResponse({ status, headers, body }: HttpResponse, url: URL): Response {
  const response = new Response(NULL_BODY_STATUSES.includes(status) ? null : body, { status, headers })
  // Only Node itself can make a response that knows where it is from.
  return Object.defineProperty(response, 'url', { value: url.href })
}
