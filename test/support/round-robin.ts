import { once } from 'node:events'
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'

/** A load balancer that sends each request to the next server. */
export interface RoundRobin {
  url: string
  /** The ports of this machine that requests go to, in turn. One that takes no connection is passed over. */
  ports: number[]
  /** How many requests have been answered by a server. */
  answered(): number
  /** Resolves when so many more have been. */
  afterAnswers(count: number): Promise<void>
  close(): Promise<void>
}

/** Starts one that sends nothing anywhere yet. What a server dies over is answered with 502, and tried nowhere else. */
export async function startRoundRobin(): Promise<RoundRobin> {
  const agent = new Agent({ keepAlive: false })
  const ports: number[] = []
  let [turn, answered] = [0, 0]
  const waiting = new Set<() => void>()

  const server = createServer(async (incoming, outgoing) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    forward(incoming, outgoing, Buffer.concat(chunks), ports.length)
  })

  function forward(incoming: IncomingMessage, outgoing: ServerResponse, body: Buffer, tries: number): void {
    const port = ports[turn++ % ports.length]
    const { method, url: path, headers } = incoming
    const onward = request({ agent, host: '127.0.0.1', port, method, path, headers }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', () => outgoing.writeHead(502).end())
      response.on('end', () => {
        outgoing.writeHead(response.statusCode ?? 502, response.headers).end(Buffer.concat(chunks))
        answered++
        for (const look of waiting) look()
      })
    })
    onward.on('error', (error) => {
      const wasNotSent = 'code' in error && error.code === 'ECONNREFUSED'
      if (wasNotSent && tries > 1) forward(incoming, outgoing, body, tries - 1)
      else if (!outgoing.headersSent) outgoing.writeHead(502).end()
    })
    onward.end(body)
  }

  // An idle connection that it closed might be just the one that a test begins to use.
  server.keepAliveTimeout = 0
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    ports,
    answered: () => answered,
    afterAnswers: (count) =>
      new Promise((resolve) => {
        const goal = answered + count
        const look = () => {
          if (answered < goal) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
      }),
    close: async () => {
      agent.destroy()
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
