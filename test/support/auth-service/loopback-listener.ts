import { createServer, type IncomingHttpHeaders } from 'node:http'

/** A client that listens on a loopback port for the answer to its authorization request. */
export interface LoopbackListener {
  redirectUri: string
  /** Every request so far, the browser's own for an icon left out. */
  requests: { url: URL; headers: IncomingHttpHeaders }[]
  close(): Promise<void>
}

/** @param host a loopback address as it stands in a URL. */
export async function listenOnLoopback(host: '127.0.0.1' | '[::1]' = '127.0.0.1'): Promise<LoopbackListener> {
  const requests: LoopbackListener['requests'] = []
  const server = createServer((request, response) => {
    if (request.url !== '/favicon.ico') {
      requests.push({ url: new URL(request.url ?? '', redirectUri), headers: request.headers })
    }
    response.end('<!doctype html><title>arrived</title>')
  })
  await new Promise<void>((resolve) => server.listen(0, host === '[::1]' ? '::1' : host, resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('there is no port')
  const redirectUri = `http://${host}:${address.port}/callback`
  return {
    redirectUri,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
