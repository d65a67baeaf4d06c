import { AuthcliError } from './errors.js'
import type { Connection } from './http-exchange.js'
import { type FailureContext, failureReason } from './http-failure.js'
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

/** A request whose body may be sent as it comes. One that can be iterated can be sent once only. */
export interface HttpStreamRequest extends Omit<HttpRequest, 'body'> {
  body?: string | Uint8Array | AsyncIterable<Uint8Array>
}

/** The head of a response, and the body as it comes. */
export interface HttpStreamResponse {
  status: number
  /** What the server calls the status; often empty. */
  statusText: string
  /** A repeated header is joined with `, `. */
  headers: Record<string, string>
  /** Each header that came, by its lower-case name. */
  headerLines: [name: string, value: string][]
  /** To be read once. Throws HttpError when it is cut off; ends the request when it is not read to its end. */
  body: AsyncIterable<Uint8Array>
  /** Ends the request without reading the body. */
  discard(): void
}

/**
 * Sends one request of any size and gives back the response of any size, as it comes: whoever reads slowly
 * slows the server down. Follows no redirect. A server may take its time, but not be silent for minutes.
 * @throws HttpError when no response arrived.
 */
export type HttpStream = (request: HttpStreamRequest) => Promise<HttpStreamResponse>

/** Both ways to the network: in one trace. */
export interface HttpClient {
  http: Http
  stream: HttpStream
}

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

/** Of a request without a limit of its own: how long the server may be silent, which is undici's own default. */
const SILENCE_MS = 300_000

/** Makes the real HTTP client for requests and responses that fit into memory: see `createHttpClient`. */
export function createHttp(options: HttpOptions): Http {
  return createHttpClient(options).http
}

/**
 * Makes the real HTTP client. What is not streamed has a time limit for the whole, and a size limit for the
 * response. Certificates are always checked, and each request carries `user-agent` and a `traceparent` of one
 * trace for all, and a span of its own. undici is loaded when the first request is sent.
 * @see W3C Trace Context §3.2
 */
export function createHttpClient(options: HttpOptions): HttpClient {
  const { trace, now, random, timeoutMs = TIMEOUT_MS, maxBodyBytes = MAX_BODY_BYTES } = options
  const connectionFor = connections(options.env, { maxBodyBytes, connectTimeoutMs: 0 })
  const connectionForStream = connections(options.env, { maxBodyBytes: -1, connectTimeoutMs: TIMEOUT_MS })
  let traceId: string | undefined

  return {
    async http(request) {
      return await traced(request, async (dressed) => {
        const connection = await connectionFor(request.url)
        const limit = AbortSignal.timeout(timeoutMs)
        const signal = request.signal === undefined ? limit : AbortSignal.any([limit, request.signal])
        return await connection.exchange({ ...request, ...dressed, signal }).catch((error: unknown) => {
          throw asHttpError(error, request, connection, { timeoutMs, maxBodyBytes })
        })
      })
    },
    async stream(request) {
      return await traced(request, async (dressed) => {
        const connection = await connectionForStream(request.url)
        const { signal = new AbortController().signal } = request
        const explain = (error: unknown) => asHttpError(error, request, connection, limitsOfStream(error))
        const response = await connection
          .stream({ ...request, ...dressed, signal })
          .catch((error: unknown) => {
            throw explain(error)
          })
        const { body } = response
        return { ...response, body: explained(body, explain), discard: () => void body.destroy() }
      })
    },
  }

  /** Dresses a request in what every request carries, and tells that it was sent and answered. */
  async function traced<T extends Pick<HttpResponse, 'status' | 'headers'>>(
    { method, url, headers }: HttpStreamRequest,
    send: (dressed: { headers: Record<string, string> }) => Promise<T>,
  ): Promise<T> {
    traceId ??= hexadecimal(32, random)
    const traceparent = `00-${traceId}-${hexadecimal(16, random)}-01`
    trace({ event: 'request', method, url: url.origin + url.pathname, traceparent })
    const startedAt = now()
    const response = await send({ headers: { ...headers, 'user-agent': options.userAgent, traceparent } })
    const error = /\berror="?([\w.-]+)/.exec(response.headers['www-authenticate'] ?? '')?.[1]
    trace({ event: 'response', status: response.status, ms: now() - startedAt, traceparent, error })
    return response
  }
}

/** The connections to all origins: each is opened once. */
function connections(
  env: HttpOptions['env'],
  limits: { maxBodyBytes: number; connectTimeoutMs: number },
): (url: URL) => Promise<Connection> {
  const known = new Map<string, Promise<Connection>>()
  return (url) => {
    const found = known.get(url.origin)
    if (found !== undefined) return found
    const proxy = chooseProxy(url, env)
    const connection = import('./http-exchange.js').then(({ openConnection }) =>
      openConnection(url.origin, { proxy, ...limits }),
    )
    known.set(url.origin, connection)
    return connection
  }
}

type Limits = Pick<FailureContext, 'timeoutMs' | 'maxBodyBytes'>

function limitsOfStream(error: unknown): Limits {
  const isConnecting = error instanceof Error && 'code' in error && error.code === 'UND_ERR_CONNECT_TIMEOUT'
  return { timeoutMs: isConnecting ? TIMEOUT_MS : SILENCE_MS, maxBodyBytes: Number.POSITIVE_INFINITY }
}

/** What to throw for an error: what whoever ended the request early gave as their reason, or an HttpError. */
function asHttpError(
  error: unknown,
  { signal }: HttpStreamRequest,
  connection: Connection,
  limits: Limits,
): unknown {
  if (signal?.aborted) return signal.reason
  // What was to be sent could not be read: that is no failure of the network.
  if (error instanceof AuthcliError) return error
  const names = { proxyHost: connection.proxyHost, certificateIssuer: connection.certificateIssuer() }
  return new HttpError(failureReason(error, { ...limits, ...names }), {
    cause: error,
    publicReason: failureReason(error, limits),
  })
}

async function* explained(
  body: AsyncIterable<Uint8Array>,
  explain: (error: unknown) => unknown,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* body
  } catch (error) {
    throw explain(error)
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
