import { once } from 'node:events'
import { createServer } from 'node:http'

/** Where a client waits for its answers: a loopback address that shows an empty page. */
export interface RelyingParty {
  redirectUri: string
  close(): Promise<void>
}

/** Waits on a port from the system. What was sent there, a user agent has as the address of its last page. */
export async function startRelyingParty(): Promise<RelyingParty> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<title>the client</title>')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port')
  return {
    redirectUri: `http://127.0.0.1:${address.port}/callback`,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
