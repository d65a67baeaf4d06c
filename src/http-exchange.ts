import type { Socket } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import type { buildConnector as connectors, Dispatcher } from 'undici'
import askForTunnel from 'undici/lib/api/api-connect.js'
import buildConnector from 'undici/lib/core/connect.js'
import Client from 'undici/lib/dispatcher/client.js'
import { type IncomingStream, joined, streamed } from './http-streaming.js'

/** The way to one origin. */
export interface Connection {
  /** Sends a request and resolves with the whole response; rejects with what undici or Node raised. */
  exchange(request: OutgoingRequest): Promise<IncomingResponse>
  /** The same, but resolves with the head of the response, and the body is read as it comes. */
  stream(request: OutgoingRequest): Promise<IncomingStream>
  /** Who issued the certificate that the server showed last, where it showed one. */
  certificateIssuer(): string | undefined
  /** Host and port of the proxy on this way, where there is one. */
  proxyHost: string | undefined
}

/** A request with everything that goes over the wire. */
interface OutgoingRequest {
  method: Dispatcher.HttpMethod
  url: URL
  headers: Record<string, string>
  body?: string | Uint8Array | AsyncIterable<Uint8Array>
  signal: AbortSignal
}

interface IncomingResponse {
  status: number
  headers: Record<string, string>
  body: Uint8Array
}

// V8 would spend 100 ms at exit on optimising undici's WebAssembly parser for a few short answers.
setFlagsFromString('--liftoff-only')

/**
 * Opens the way to an origin, directly or through a proxy. Connects when the first request is sent, and keeps
 * the connection for the ones that follow.
 *
 * A proxy is asked for a tunnel to an `https` origin, within which the origin's certificate is checked as
 * always. Plain `http` is asked of the proxy itself: many allow a tunnel to port 443 only.
 * @see RFC 9110 §9.3.6 for tunnels, RFC 9112 §3.2.2 for requests to the proxy itself
 */
export function openConnection(
  origin: string,
  options: {
    proxy: URL | undefined
    /** -1 where no size is too large. */
    maxBodyBytes: number
    /** 0 where the whole request has a limit of its own. */
    connectTimeoutMs: number
  },
): Connection {
  const { proxy, maxBodyBytes: maxResponseSize } = options
  const connector = buildConnector({ timeout: options.connectTimeoutMs })
  let certificateIssuer: string | undefined
  const connect = (options: connectors.Options, callback: connectors.Callback) => {
    const socket = connector(options, callback)
    // The certificate can be read only before Node destroys a connection that it does not trust.
    socket.prependListener('secure', () => {
      certificateIssuer = issuerOf(socket)
    })
  }
  const open = (dispatcher: Dispatcher, route: Route): Connection => ({
    exchange: (request) => exchange(dispatcher, route(request), request.signal),
    stream: (request) => streamed(dispatcher, route(request), request.signal),
    certificateIssuer: () => certificateIssuer,
    proxyHost: proxy?.host,
  })
  const openTo = (dispatcher: Dispatcher) => open(dispatcher, directly)

  if (proxy === undefined) return openTo(new Client(origin, { maxResponseSize, connect }))
  const authorization = proxyAuthorization(proxy)
  if (origin.startsWith('http:')) {
    const toProxy = new Client(proxy.origin, { maxResponseSize, connect })
    return open(toProxy, (request) => ({
      ...directly(request),
      path: request.url.href,
      headers: { ...request.headers, ...authorization, host: request.url.host },
    }))
  }
  const toProxy = Object.assign(new Client(proxy.origin, { connect }), { connect: askForTunnel })
  return openTo(
    new Client(origin, {
      maxResponseSize,
      connect(options, callback) {
        const path = `${options.hostname}:${options.port || 443}`
        const tunnel = toProxy.connect({ path, headers: { host: path, ...authorization } })
        const begin = ({ statusCode, socket }: Awaited<typeof tunnel>) => {
          if (statusCode === 200) return connect({ ...options, httpSocket: socket as Socket }, callback)
          socket.destroy()
          callback(new TunnelRefused(statusCode), null)
        }
        tunnel.then(begin, (error: Error) => callback(error, null))
      },
    }),
  )
}

/** How a request is written on a connection. */
type Route = (request: OutgoingRequest) => Dispatcher.DispatchOptions

function directly({ method, url, headers, body }: OutgoingRequest): Dispatcher.DispatchOptions {
  // undici takes whatever can be iterated, which its types don't say.
  const content = (body ?? null) as string | Uint8Array | null
  return { origin: url.origin, path: url.pathname + url.search, method, headers, body: content }
}

/** The proxy answered the wish for a tunnel with another status than 200. */
class TunnelRefused extends Error {
  readonly code: string

  constructor(status: number) {
    super(`the proxy answered ${status}`)
    this.code = status === 407 ? 'PROXY_AUTHENTICATION' : 'PROXY_REFUSED'
  }
}

/** Basic credentials, where the proxy's URL holds some. */
function proxyAuthorization({ username, password }: URL): Record<string, string> {
  if (username === '') return {}
  const credentials = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`)
  return { 'proxy-authorization': `Basic ${credentials.toString('base64')}` }
}

function exchange(
  dispatcher: Dispatcher,
  options: Dispatcher.DispatchOptions,
  signal: AbortSignal,
): Promise<IncomingResponse> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = []
    let status = 0
    let responseHeaders: Record<string, string> = {}
    let abort: ((reason: Error) => void) | undefined
    const stop = () => {
      reject(signal.reason)
      abort?.(signal.reason)
    }
    if (signal.aborted) return stop()
    signal.addEventListener('abort', stop, { once: true })
    dispatcher.dispatch(options, {
      onRequestStart(controller) {
        abort = (reason) => controller.abort(reason)
        if (signal.aborted) stop()
      },
      onResponseStart(_controller, statusCode, received) {
        status = statusCode
        responseHeaders = joined(received)
      },
      onResponseData(_controller, chunk) {
        chunks.push(chunk)
      },
      onResponseEnd() {
        signal.removeEventListener('abort', stop)
        resolve({ status, headers: responseHeaders, body: Buffer.concat(chunks) })
      },
      onResponseError(_controller, error) {
        signal.removeEventListener('abort', stop)
        reject(error)
      },
    })
  })
}

function issuerOf(socket: object): string | undefined {
  if (!('getPeerCertificate' in socket) || typeof socket.getPeerCertificate !== 'function') return undefined
  const issuer: unknown = socket.getPeerCertificate()?.issuer
  if (typeof issuer !== 'object' || issuer === null) return undefined
  const { CN, O } = issuer as Record<string, unknown>
  const name = CN ?? O
  return typeof name === 'string' ? name.slice(0, 100) : undefined
}
