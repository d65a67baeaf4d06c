import { setFlagsFromString } from 'node:v8'
import type { Dispatcher } from 'undici'
import buildConnector from 'undici/lib/core/connect.js'
import Client from 'undici/lib/dispatcher/client.js'

/** The way to one origin. */
export interface Connection {
  /** Sends a request and resolves with the whole response; rejects with what undici or Node raised. */
  exchange(request: OutgoingRequest): Promise<IncomingResponse>
  /** Who issued the certificate that the server showed last, where it showed one. */
  certificateIssuer(): string | undefined
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
 */
export async function openConnection(
  origin: string,
  options: { proxy: URL | undefined; maxBodyBytes: number },
): Promise<Connection> {
  const { proxy, maxBodyBytes: maxResponseSize } = options
  if (proxy !== undefined) {
    const dispatcher = await throughProxy(proxy, origin, maxResponseSize)
    return { exchange: (request) => exchange(dispatcher, request), certificateIssuer: () => undefined }
  }
  let certificateIssuer: string | undefined
  const connect = buildConnector({ timeout: 0 })
  const dispatcher = new Client(origin, {
    maxResponseSize,
    connect: (options, callback) => {
      const socket = connect(options, callback)
      // The certificate can be read only before Node destroys a connection that it does not trust.
      socket.prependListener('secure', () => {
        certificateIssuer = issuerOf(socket)
      })
    },
  })
  return { exchange: (request) => exchange(dispatcher, request), certificateIssuer: () => certificateIssuer }
}

async function throughProxy(proxy: URL, origin: string, maxResponseSize: number): Promise<Dispatcher> {
  const [{ default: ProxyAgent }, { default: connect }] = await Promise.all([
    import('undici/lib/dispatcher/proxy-agent.js'),
    import('undici/lib/api/api-connect.js'),
  ])
  return new ProxyAgent({
    uri: proxy.href,
    maxResponseSize,
    // Proxies often allow a tunnel to https only; plain http is asked of the proxy itself.
    proxyTunnel: origin.startsWith('https:'),
    clientFactory: (address, options) => Object.assign(new Client(address, options), { connect }),
  })
}

function exchange(dispatcher: Dispatcher, request: OutgoingRequest): Promise<IncomingResponse> {
  const { method, url, headers, body, signal } = request
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
      { origin: url.origin, path: url.pathname + url.search, method, headers, body: body ?? null },
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
