import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, request as sendRequest } from 'node:http'

/** One request and its response, as they passed by. */
export interface Exchange {
  method: string
  url: URL
  headers: IncomingHttpHeaders
  body: string
  status: number
  responseHeaders: IncomingHttpHeaders
  responseBody: string
}

/** A reverse proxy on loopback that changes nothing and remembers everything. */
export interface WireTap {
  /** Where the world reaches the server behind it. */
  origin: string
  /** What passed by, in the order in which the answers were complete. */
  exchanges: Exchange[]
  /** What to wait for before a request is passed on, so that a test can look around at that moment. */
  beforePassing: (request: Pick<Exchange, 'method' | 'url' | 'headers'>) => Promise<void>
  stop(): Promise<void>
}

/** Listens on a port from the system and passes every request on to the server at `targetPort` of 127.0.0.1. */
export async function startWireTap(targetPort: number): Promise<WireTap> {
  const exchanges: Exchange[] = []
  const server = createServer(async (incoming, outgoing) => {
    const { method = 'GET', headers } = incoming
    const url = new URL(incoming.url ?? '/', tap.origin)
    const body = await readAll(incoming)
    await tap.beforePassing({ method, url, headers })
    const passed = sendRequest({ host: '127.0.0.1', port: targetPort, method, path: incoming.url, headers })
    passed.on('error', () => outgoing.destroy())
    passed.on('response', async (response) => {
      const responseBody = await readAll(response)
      const { statusCode: status = 0, headers: responseHeaders } = response
      exchanges.push({ method, url, headers, body, status, responseHeaders, responseBody })
      // Its own framing: the body is passed on in one piece.
      const { 'transfer-encoding': _framing, ...kept } = responseHeaders
      outgoing.writeHead(status, kept).end(responseBody)
    })
    passed.end(body)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port')
  const tap: WireTap = {
    origin: `http://127.0.0.1:${address.port}`,
    exchanges,
    beforePassing: async () => {},
    stop: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
  return tap
}

async function readAll(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}
