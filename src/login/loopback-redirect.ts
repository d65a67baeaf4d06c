import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { AuthcliError } from '../errors.js'
import { answersRequest } from './authorization-response.js'
import { type ResultPage, resultPage, resultPageHeaders } from './result-page.js'

/** The listener that the browser comes back to. */
export interface LoopbackRedirect {
  /** `http://127.0.0.1:PORT/callback`: the redirect URI of the authorization request. */
  redirectUri: string
  /** The redirect URI with the parameters of the one accepted answer. */
  answer: Promise<URL>
  /**
   * Shows the browser how the login ended, and closes the listener and every connection to it. A browser
   * that brought the answer and is on its way to the result page gets a moment; nobody else is waited for.
   */
  close(outcome: 'done' | 'failed'): Promise<void>
}

const CALLBACK_PATH = '/callback'
const RESULT_PATH = '/result'

// IP literals, not localhost: HSTS and IPv6 both break it (RFC 8252 §8.3).
const LOOPBACK_ADDRESSES = ['127.0.0.1', '::1']

/** A browser follows the redirect to the result page within milliseconds. One that never does is left alone. */
const RESULT_PAGE_WAIT_MS = 1000

/** Headers that take longer than this to arrive are no browser's. */
const REQUEST_LIMIT_MS = 10_000

/**
 * Listens on a loopback address, on a port from the system, for the answer to one authorization request.
 *
 * Only `GET /callback` with the expected `state` is taken, once. Everything else gets 400, 404 or 405 and
 * changes nothing: the wait goes on. The accepted answer is redirected with 303 to a page without a query,
 * so that the code leaves the address bar and the history; that page is held back until `close` says how
 * the login ended.
 * @throws AuthcliError LOGIN_FAILED when no loopback address can be listened on.
 * @see RFC 8252 §7.3, §8.3; OAuth 2.1 §8.4.2
 */
export async function openLoopbackRedirect(
  expectedState: string,
  options: { addresses?: readonly string[]; resultPageWaitMs?: number } = {},
): Promise<LoopbackRedirect> {
  const { addresses = LOOPBACK_ADDRESSES, resultPageWaitMs = RESULT_PAGE_WAIT_MS } = options
  const resultRequests: ServerResponse[] = []
  let accept: (answer: URL) => void
  let noteResultRequest: () => void
  const answer = new Promise<URL>((resolve) => {
    accept = resolve
  })
  const firstResultRequest = new Promise<void>((resolve) => {
    noteResultRequest = resolve
  })
  let isAnswered = false

  const server = createServer({ requestTimeout: REQUEST_LIMIT_MS }, (request, response) => {
    const { path, parameters } = readTarget(request)
    const isKnown = path === CALLBACK_PATH || (path === RESULT_PATH && isAnswered)
    if (!isKnown) return send(response, 404, 'not-found')
    if (request.method !== 'GET') return send(response, 405, 'not-found', { allow: 'GET' })
    if (path === RESULT_PATH) {
      resultRequests.push(response)
      return noteResultRequest()
    }
    if (isAnswered || !answersRequest(parameters, expectedState)) return send(response, 400, 'unexpected')
    isAnswered = true
    send(response, 303, undefined, { location: RESULT_PATH })
    accept(new URL(`${redirectUri}?${parameters}`))
  })
  await listenOnFirst(server, addresses)
  const redirectUri = `${originOf(server)}${CALLBACK_PATH}`

  const close = async (outcome: 'done' | 'failed'): Promise<void> => {
    if (!server.listening) return
    if (isAnswered) {
      const stopWaiting = new AbortController()
      const limit = delay(resultPageWaitMs, undefined, { signal: stopWaiting.signal }).catch(() => {})
      await Promise.race([firstResultRequest, limit])
      stopWaiting.abort()
      await Promise.all(resultRequests.map((response) => sendWhole(response, outcome)))
    }
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }
  return { redirectUri, answer, close }
}

async function listenOnFirst(server: Server, addresses: readonly string[]): Promise<void> {
  let cause: unknown
  for (const address of addresses) {
    try {
      server.listen({ host: address, port: 0, exclusive: true })
      await once(server, 'listening')
      return
    } catch (error) {
      cause = error
    }
  }
  throw new AuthcliError('LOGIN_FAILED', 'no port on a loopback address can be listened on', { cause })
}

function originOf(server: Server): string {
  const { address, family, port } = server.address() as AddressInfo
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
}

function readTarget(request: IncomingMessage): { path: string; parameters: URLSearchParams } {
  const target = request.url ?? ''
  const queryStart = target.indexOf('?')
  return queryStart === -1
    ? { path: target, parameters: new URLSearchParams() }
    : { path: target.slice(0, queryStart), parameters: new URLSearchParams(target.slice(queryStart + 1)) }
}

function send(response: ServerResponse, status: number, page: ResultPage | undefined, headers = {}): void {
  response.writeHead(status, { ...resultPageHeaders(), ...headers })
  response.end(page === undefined ? '' : resultPage(page))
}

async function sendWhole(response: ServerResponse, page: ResultPage): Promise<void> {
  if (response.destroyed) return
  const sent = new Promise<void>((resolve) => response.once('close', resolve))
  send(response, 200, page)
  await sent
}
