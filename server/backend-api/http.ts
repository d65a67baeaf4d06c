import { Agent, errors } from 'undici'

/** One request is never worth more than this, whoever is slow. */
const REQUEST_TIMEOUT_MS = 3_000
const CONNECT_TIMEOUT_MS = 2_000
/** A key set or an introspection answer is a few KiB. */
const MAX_RESPONSE_BYTES = 256 * 1024
/** Enough for hundreds of introspections a second; more connections would only queue in the AuthService. */
const CONNECTIONS_PER_ORIGIN = 16
const KEEP_ALIVE_MS = 30_000

/** A request of the BackendAPI to the AuthService. It may be sent twice, so it must change nothing. */
export interface HttpRequest {
  method: 'GET' | 'POST'
  url: URL
  headers?: Record<string, string>
  /** Sent as `application/x-www-form-urlencoded`. */
  form?: URLSearchParams
}

export interface HttpResponse {
  status: number
  body: string
}

export interface Http {
  /**
   * Sends a request and gives back the response, whatever its status. Follows no redirect; certificates are
   * always checked. A connection that the other side closed just then is replaced once.
   * @throws Error when no whole response arrived in time; its message is a short reason without the URL.
   */
  send(request: HttpRequest): Promise<HttpResponse>
  /** Ends every connection. */
  close(): Promise<void>
}

/** The only user of undici in this program. `timeoutMs` is for a whole request, from the first byte to the last. */
export function createHttp({ timeoutMs = REQUEST_TIMEOUT_MS }: { timeoutMs?: number } = {}): Http {
  const agent = new Agent({
    connections: CONNECTIONS_PER_ORIGIN,
    connect: { timeout: CONNECT_TIMEOUT_MS },
    maxResponseSize: MAX_RESPONSE_BYTES,
    keepAliveTimeout: KEEP_ALIVE_MS,
  })

  async function sendOnce(request: HttpRequest): Promise<HttpResponse> {
    const headers: Record<string, string> = { accept: 'application/json', ...request.headers }
    if (request.form) headers['content-type'] = 'application/x-www-form-urlencoded'
    const response = await agent.request({
      origin: request.url.origin,
      path: request.url.pathname + request.url.search,
      method: request.method,
      headers,
      body: request.form?.toString() ?? null,
      signal: AbortSignal.timeout(timeoutMs),
    })
    return { status: response.statusCode, body: await response.body.text() }
  }

  return {
    async send(request) {
      try {
        return await sendOnce(request).catch((error: unknown) => {
          if (!isClosedConnection(error)) throw error
          return sendOnce(request)
        })
      } catch (error) {
        throw new Error(reasonOf(error), { cause: error })
      }
    },
    close: () => agent.destroy(),
  }
}

/** A kept-alive connection that the other side ended while the request was on its way. */
function isClosedConnection(error: unknown): boolean {
  return error instanceof errors.SocketError || (error as NodeJS.ErrnoException)?.code === 'ECONNRESET'
}

function reasonOf(error: unknown): string {
  if (error instanceof errors.ResponseExceededMaxSizeError) return 'the answer was too large'
  if (error instanceof errors.ConnectTimeoutError) return 'no connection in time'
  if (error instanceof Error && /Timeout/.test(error.name)) return 'no answer in time'
  const code = (error as NodeJS.ErrnoException)?.code
  return typeof code === 'string' ? code : 'the connection failed'
}
