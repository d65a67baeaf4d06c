import type { Socket } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import type { buildConnector as connectors, Dispatcher } from 'undici'
import askForTunnel from 'undici/lib/api/api-connect.js'
import buildConnector from 'undici/lib/core/connect.js'
import Client from 'undici/lib/dispatcher/client.js'

/** The way to one origin. */
export interface Connection {
  /** Sends a request and resolves with the whole response; rejects with what undici or Node raised. */
  exchange(request: OutgoingRequest): Promise<IncomingResponse>
  /** Who issued the certificate that the server showed last, where it showed one. */
  certificateIssuer(): string | undefined
  /** Host and port of the proxy on this way, where there is one. */
  proxyHost: string | undefined
}

interface OutgoingRequest {
  method: Dispatcher.HttpMethod
  url: URL
  headers: Record<string, string>
  body?: string | Uint8Array
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
  options: { proxy: URL | undefined; maxBodyBytes: number },
): Connection {
  const { proxy, maxBodyBytes: maxResponseSize } = options
  const connector = buildConnector({ timeout: 0 })
  let certificateIssuer: string | undefined
  const connect = (options: connectors.Options, callback: connectors.Callback) => {
    const socket = connector(options, callback)
    // The certificate can be read only before Node destroys a connection that it does not trust.
    socket.prependListener('secure', () => {
      certificateIssuer = issuerOf(socket)
    })
  }
  const open = (send: Connection['exchange']) => ({
    exchange: send,
    certificateIssuer: () => certificateIssuer,
    proxyHost: proxy?.host,
  })
  const openTo = (dispatcher: Dispatcher) => {
    return open((request) => exchange(dispatcher, request, request.url.pathname + request.url.search))
  }

  if (proxy === undefined) return openTo(new Client(origin, { maxResponseSize, connect }))
  const authorization = proxyAuthorization(proxy)
  if (origin.startsWith('http:')) {
    const toProxy = new Client(proxy.origin, { maxResponseSize, connect })
    return open((request) => {
      const headers = { ...request.headers, ...authorization, host: request.url.host }
      return exchange(toProxy, { ...request, headers }, request.url.href)
    })
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
  { method, url, headers, body, signal }: OutgoingRequest,
  path: string,
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
    dispatcher.dispatch(
      { origin: url.origin, path, method, headers, body: body ?? null },
      {
        onRequestStart(controller) {
          abort = (reason) => controller.abort(reason)
          if (signal.aborted) stop()
        },
        onResponseStart(_controller, statusCode, received) {
          status = statusCode
          responseHeaders = joinRepeated(received)
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
      },
    )
  })
}

function joinRepeated(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const entries = Object.entries(headers)
  return Object.fromEntries(entries.map(([name, value]) => [name, [value ?? ''].flat().join(', ')]))
}

function issuerOf(socket: object): string | undefined {
  if (!('getPeerCertificate' in socket) || typeof socket.getPeerCertificate !== 'function') return undefined
  const issuer: unknown = socket.getPeerCertificate()?.issuer
  if (typeof issuer !== 'object' || issuer === null) return undefined
  const { CN, O } = issuer as Record<string, unknown>
  const name = CN ?? O
  return typeof name === 'string' ? name.slice(0, 100) : undefined
}
