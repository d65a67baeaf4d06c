import type { Connection } from './http-exchange.js'
import { failureReason } from './http-failure.js'
import { proxyFor } from './http-proxy.js'
import type { Trace } from './trace.js'

/** A request as the rest of authcli makes it: absolute URL, whole body, lower-case header names. */
export interface HttpRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | 'OPTIONS'
  url: URL
  headers?: Record<string, string>
  body?: string | Uint8Array
  /** Ends the request early, on top of the time limit that every request has. */
  signal?: AbortSignal
}

/** A response with its whole body. A repeated header is joined with `, `. */
export interface HttpResponse {
  status: number
  headers: Record<string, string>
  body: Uint8Array
}

/**
 * Sends one request and gives back the response, whatever its status. Follows no redirect.
 * @throws HttpError when no whole response arrived: refused, timed out, cut off, too large, bad certificate.
 */
export type Http = (request: HttpRequest) => Promise<HttpResponse>

/**
 * No whole response arrived. `reason` is a short sentence fit for a person, without a URL; `publicReason` says
 * the same without the names of a proxy and of who issued a certificate, which are no stranger's business.
 */
export class HttpError extends Error {
  readonly reason: string
  readonly publicReason: string

  constructor(reason: string, options: { cause?: unknown; publicReason?: string } = {}) {
    super(reason, options)
    this.name = 'HttpError'
    this.reason = reason
    this.publicReason = options.publicReason ?? reason
  }
}

/** What a real HTTP client goes by. */
export interface HttpOptions {
  /** `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` are read from it, in both spellings. */
  env: Readonly<Record<string, string | undefined>>
  /** For example `authcli/1.2.3`. */
  userAgent: string
  trace: Trace
  /** Epoch milliseconds. */
  now: () => number
  /** From 0 to 1. Trace and span ids need to differ, not to be secret, and cryptography takes time to load. */
  random: () => number
  /** From the first byte sent to the last byte received, connecting included. */
  timeoutMs?: number
  maxBodyBytes?: number
}

const TIMEOUT_MS = 30_000
const MAX_BODY_BYTES = 8 * 1_048_576

/**
 * Makes the real HTTP client. Every request has a time limit, every response a size limit, certificates are
 * always checked, and each request carries `user-agent` and a `traceparent` of one trace for all, and a span
 * of its own. undici is loaded when the first request is sent.
 * @see W3C Trace Context §3.2
 */
export function createHttp(options: HttpOptions): Http {
  const { trace, now, random, timeoutMs = TIMEOUT_MS, maxBodyBytes = MAX_BODY_BYTES } = options
  const connections = new Map<string, Promise<Connection>>()
  let traceId: string | undefined

  return async (request) => {
    const { method, url } = request
    traceId ??= hexadecimal(32, random)
    const traceparent = `00-${traceId}-${hexadecimal(16, random)}-01`
    const place = url.origin + url.pathname
    trace({ event: 'request', method, url: place, traceparent })
    const startedAt = now()
    const connection = await connectionTo(url)
    const limit = AbortSignal.timeout(timeoutMs)
    const signal = request.signal === undefined ? limit : AbortSignal.any([limit, request.signal])
    const headers = { ...request.headers, 'user-agent': options.userAgent, traceparent }
    try {
      const response = await connection.exchange({ ...request, headers, signal })
      const error = /\berror="?([\w.-]+)/.exec(response.headers['www-authenticate'] ?? '')?.[1]
      trace({ event: 'response', status: response.status, ms: now() - startedAt, traceparent, error })
      return response
    } catch (error) {
      // Whoever ended the request early knows why.
      if (request.signal?.aborted) throw request.signal.reason
      const limits = { timeoutMs, maxBodyBytes }
      const names = { proxyHost: connection.proxyHost, certificateIssuer: connection.certificateIssuer() }
      throw new HttpError(failureReason(error, { ...limits, ...names }), {
        cause: error,
        publicReason: failureReason(error, limits),
      })
    }
  }

  function connectionTo(url: URL): Promise<Connection> {
    const known = connections.get(url.origin)
    if (known !== undefined) return known
    const proxy = chooseProxy(url, options.env)
    const connection = import('./http-exchange.js').then(({ openConnection }) =>
      openConnection(url.origin, { proxy, maxBodyBytes }),
    )
    connections.set(url.origin, connection)
    return connection
  }
}

/**
 * Dresses an Http as the `fetch` that openid-client wants. Redirects are not followed, whatever is asked.
 */
export function toFetch(http: Http) {
  return async (
    url: string,
    init: {
      method?: string
      headers?: Record<string, string>
      body?: ConstructorParameters<typeof Response>[0]
      signal?: AbortSignal | null | undefined
    } = {},
  ): Promise<Response> => {
    const { body, signal } = init
    const text = body === undefined || body === null ? undefined : await new Response(body).text()
    const response = await http({
      method: methodOf(init.method),
      url: new URL(url),
      headers: { ...init.headers },
      ...(text !== undefined && { body: text }),
      ...(signal && { signal }),
    })
    const mayHaveBody = ![204, 205, 304].includes(response.status)
    return new Response(mayHaveBody ? response.body : null, {
      status: response.status,
      headers: response.headers,
    })
  }
}

function methodOf(method = 'GET'): HttpRequest['method'] {
  const known = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'] as const
  const found = known.find((each) => each === method.toUpperCase())
  if (found === undefined) throw new TypeError(`no request can be made with the method ${method}`)
  return found
}

/**
 * The proxy through which a URL is asked for, where the environment wants one.
 * @throws HttpError when it names none that could be used.
 */
export function chooseProxy(url: URL, env: HttpOptions['env']): URL | undefined {
  try {
    return proxyFor(url, env)
  } catch (cause) {
    throw new HttpError(`${url.protocol.slice(0, -1).toUpperCase()}_PROXY holds no URL`, { cause })
  }
}

function hexadecimal(digits: number, random: () => number): string {
  return Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join('')
}
