import type { Agent } from 'undici'
import { isLoopbackHost } from './loopback.js'

/** What openid-client's requests look like: absolute URL, whole body. */
export interface HttpRequest {
  method: string
  headers: Record<string, string>
  body?: string | URLSearchParams | Uint8Array | ArrayBuffer | ReadableStream | null | undefined
  signal?: AbortSignal | undefined
}

export interface Http {
  /**
   * Sends a request and gives back the whole response, whatever its status. Follows no redirect; certificates are
   * always checked.
   * @throws HttpError when no whole response arrived in time, or the URL is neither https nor on this machine.
   */
  fetch(url: string, request: HttpRequest): Promise<Response>
  /** Ends every connection. */
  close(): Promise<void>
}

/** No whole response arrived. The message is a short reason without the URL. */
export class HttpError extends Error {
  /** Who was asked what, without the query. */
  readonly address: string
  /** Whether asking again could help. */
  readonly isLasting: boolean

  constructor(reason: string, url: URL, options: { cause?: unknown; isLasting?: boolean } = {}) {
    super(reason, { cause: options.cause })
    this.name = 'HttpError'
    this.address = url.host + url.pathname
    this.isLasting = options.isLasting === true
  }
}

/** From the look-up of the name to the last byte: somebody is waiting for it in a browser. */
const REQUEST_TIMEOUT_MS = 5_000
const CONNECT_TIMEOUT_MS = 3_000
/** A key set or a list of groups is a few KiB. */
const MAX_RESPONSE_BYTES = 256 * 1024
/** Whoever is slow holds no more than these; who has to wait for one, waits within their time limit. */
const CONNECTIONS_PER_ORIGIN = 32
const USER_AGENT = 'auth-service'
const TOO_LARGE = 'the answer was too large'

/** The only user of undici in this program: it asks other services. undici is loaded with the first request. */
export function createHttp({ timeoutMs = REQUEST_TIMEOUT_MS }: { timeoutMs?: number } = {}): Http {
  let agent: Promise<Agent> | undefined

  return {
    async fetch(url, request) {
      const target = new URL(url)
      if (!mayBeAsked(target)) throw new HttpError('its address is not https', target, { isLasting: true })
      agent ??= openAgent()
      const limit = AbortSignal.timeout(timeoutMs)
      try {
        const { body } = request
        const response = await (await agent).request({
          origin: target.origin,
          path: target.pathname + target.search,
          method: request.method as 'GET',
          headers: { ...request.headers, 'user-agent': USER_AGENT, 'accept-encoding': 'identity' },
          body: body === null || body === undefined ? null : await new Response(body).text(),
          signal: request.signal ? AbortSignal.any([limit, request.signal]) : limit,
        })
        const text = await response.body.text()
        return new Response(isBodiless(response.statusCode) ? null : text, {
          status: response.statusCode,
          headers: headersOf(response.headers),
        })
      } catch (error) {
        const reason = reasonOf(error)
        throw new HttpError(reason, target, { cause: error, isLasting: reason === TOO_LARGE })
      }
    },
    close: async () => (await agent)?.destroy(),
  }
}

/** Whether a URL is one that this program asks: https, or on this machine. */
export function mayBeAsked({ protocol, hostname, username, password }: URL): boolean {
  if (username !== '' || password !== '') return false
  return protocol === 'https:' || (protocol === 'http:' && isLoopbackHost(hostname))
}

async function openAgent(): Promise<Agent> {
  const { Agent } = await import('undici')
  return new Agent({
    connect: { timeout: CONNECT_TIMEOUT_MS },
    maxResponseSize: MAX_RESPONSE_BYTES,
    connections: CONNECTIONS_PER_ORIGIN,
    // No connection is kept: a code can be exchanged once, so the request must not meet one that just ended.
    pipelining: 0,
  })
}

function isBodiless(status: number): boolean {
  return [204, 205, 304].includes(status)
}

function headersOf(headers: Record<string, string | string[] | undefined>): [string, string][] {
  return Object.entries(headers).flatMap(([name, value]) =>
    [value ?? []].flat().map((each): [string, string] => [name, each]),
  )
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'the connection failed'
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE' || code === 'UND_ERR_HEADERS_OVERFLOW') return TOO_LARGE
  if (code === 'UND_ERR_CONNECT_TIMEOUT') return 'no connection in time'
  if (error.name === 'TimeoutError') return 'no answer in time'
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'its name is not known'
  if (code === 'ECONNREFUSED') return 'nothing listens there'
  if (/CERT|SELF_SIGNED|ALTNAME|LEAF_SIGNATURE/.test(code)) return `its certificate is not good: ${code}`
  return code || 'the connection failed'
}
