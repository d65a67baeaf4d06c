import { once } from 'node:events'
import { createServer, type IncomingMessage, request as sendRequest } from 'node:http'

/** A request of authcli on its way to the AuthService. */
export interface Passing {
  method: string
  path: string
  /** W3C `traceparent`: one of its own for every request. */
  traceparent: string
  /** The part of it that all requests of one process share. */
  traceId: string
  /** What a refresh presents. */
  refreshToken: string | undefined
}

/** What the AuthService answered. */
export interface Answer {
  status: number
  /** What a refresh brings. */
  refreshToken: string | undefined
}

/** `drop` breaks the connection instead. */
export type Fate = 'pass' | 'drop'

/** Decides about what comes by, and holds it back for as long as it takes to decide. */
export interface Watch {
  /** A request has come, whole; the AuthService has seen nothing of it. */
  request(passing: Passing): Promise<Fate>
  /** The AuthService has answered; authcli has seen nothing of it. */
  answer(passing: Passing, answer: Answer): Promise<Fate>
}

/**
 * A reverse proxy on loopback between authcli and the AuthService, which holds back requests as well as answers.
 * A request is passed on, if its watch says so, even when its sender is gone meanwhile, as a network would.
 */
export interface Gate {
  /** Where the world reaches the AuthService. */
  origin: string
  /** Everything passes until another one is set. Asked about requests of authcli only. */
  watch: Watch
  /** The refreshes that the AuthService granted, by the token that was presented, since the start. */
  granted: string[]
  /** Resolves when nothing is held back any more. @throws what a watch threw */
  idle(): Promise<void>
  stop(): Promise<void>
}

/** Lets everything pass. */
export const OPEN: Watch = { request: async () => 'pass', answer: async () => 'pass' }

/** Listens on a port from the system, before what is at `targetPort` of 127.0.0.1. */
export async function startGate(targetPort: number): Promise<Gate> {
  const underWay = new Set<Promise<void>>()
  const failures: unknown[] = []
  const server = createServer((incoming, outgoing) => {
    const passage = pass(incoming).then(
      (answer) => {
        if (answer === undefined) outgoing.destroy()
        else outgoing.writeHead(answer.status, answer.headers).end(answer.body)
      },
      (error: unknown) => {
        failures.push(error)
        outgoing.destroy()
      },
    )
    underWay.add(passage)
    void passage.finally(() => underWay.delete(passage))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port')

  const gate: Gate = {
    origin: `http://127.0.0.1:${address.port}`,
    watch: OPEN,
    granted: [],
    async idle() {
      while (underWay.size > 0) await Promise.all(underWay)
      if (failures.length > 0) throw failures[0]
    },
    async stop() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
  return gate

  /** The whole answer; undefined when there is none to give. */
  async function pass(incoming: IncomingMessage) {
    const body = await readAll(incoming)
    const isWatched = incoming.headers['user-agent']?.startsWith('authcli/') === true
    const passing = describeRequest(incoming, body)
    // The same for the answer, whoever watches by then.
    const { watch } = gate
    if (isWatched && (await watch.request(passing)) === 'drop') return undefined
    const answer = await send(incoming, body, targetPort).catch(() => undefined)
    if (answer === undefined || !isWatched) return answer
    const { status } = answer
    const refreshToken = passing.refreshToken === undefined ? undefined : newRefreshToken(answer.body)
    if (status === 200 && passing.refreshToken !== undefined) gate.granted.push(passing.refreshToken)
    return (await watch.answer(passing, { status, refreshToken })) === 'pass' ? answer : undefined
  }
}

function describeRequest({ method = 'GET', url = '/', headers }: IncomingMessage, body: string): Passing {
  const traceparent = String(headers['traceparent'] ?? '')
  return {
    method,
    path: new URL(url, 'http://localhost').pathname,
    traceparent,
    traceId: traceparent.split('-')[1] ?? '',
    refreshToken:
      method === 'POST' ? (new URLSearchParams(body).get('refresh_token') ?? undefined) : undefined,
  }
}

/** Over a connection of its own: one that was kept would outlive the AuthService that it leads to. */
async function send({ method, url, headers }: IncomingMessage, body: string, port: number) {
  const outgoing = sendRequest({ host: '127.0.0.1', port, method, path: url, headers, agent: false })
  const answered = once(outgoing, 'response') as Promise<[IncomingMessage]>
  outgoing.end(body)
  const [response] = await answered
  const answerBody = await readAll(response)
  // Its own framing: the body is passed on in one piece.
  const { 'transfer-encoding': _framing, connection: _connection, ...kept } = response.headers
  return { status: response.statusCode ?? 0, headers: kept, body: answerBody }
}

function newRefreshToken(body: string): string | undefined {
  const document: unknown = body.startsWith('{') ? JSON.parse(body) : undefined
  if (typeof document !== 'object' || document === null || !('refresh_token' in document)) return undefined
  return String(document.refresh_token)
}

async function readAll(stream: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}
