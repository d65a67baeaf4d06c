import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { createHttp, type Http } from '../../../server/backend-api/http.js'
import { TEST_CERTIFICATE } from '../../support/test-certificate.js'

const servers: Server[] = []
const clients: Http[] = []
afterEach(async () => {
  await Promise.all(clients.splice(0).map((http) => http.close()))
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

function client(options?: { timeoutMs: number }): Http {
  const http = createHttp(options)
  clients.push(http)
  return http
}

async function serve(listener: RequestListener, tls = false): Promise<URL> {
  const server = tls ? createTlsServer(TEST_CERTIFICATE, listener) : createServer(listener)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return new URL(`http${tls ? 's' : ''}://127.0.0.1:${(server.address() as AddressInfo).port}/path?a=b`)
}

it('sends a form, and gives back status and body', async () => {
  const url = await serve(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    response
      .writeHead(418)
      .end(`${request.method} ${request.url} ${request.headers['x-a']} ${Buffer.concat(chunks)}`)
  })
  const form = new URLSearchParams({ token: 'é &' })
  expect(await client().send({ method: 'POST', url, headers: { 'x-a': '1' }, form })).toEqual({
    status: 418,
    body: 'POST /path?a=b 1 token=%C3%A9+%26',
  })
})

it('follows no redirect', async () => {
  let visits = 0
  const elsewhere = await serve((_request, response) => {
    visits += 1
    response.end()
  })
  const url = await serve((_request, response) => response.writeHead(302, { location: elsewhere.href }).end())
  expect((await client().send({ method: 'GET', url })).status).toBe(302)
  expect(visits).toBe(0)
})

it('believes no certificate that nobody vouches for (19)', async () => {
  let visits = 0
  const url = await serve((_request, response) => {
    visits += 1
    response.end()
  }, true)
  await expect(client().send({ method: 'GET', url })).rejects.toThrow('UNABLE_TO_VERIFY_LEAF_SIGNATURE')
  expect(visits).toBe(0)
})

it.each([
  ['never answers', () => undefined],
  ['never ends its answer', (response: { write(text: string): void }) => response.write('{')],
] as const)('gives up on a server that %s', async (_what, answer) => {
  const url = await serve((_request, response) => void answer(response))
  await expect(client({ timeoutMs: 50 }).send({ method: 'GET', url })).rejects.toThrow('no answer in time')
})

it('reads 256 KiB at most', async () => {
  const url = await serve((_request, response) => response.end('x'.repeat(256 * 1024 + 1)))
  await expect(client().send({ method: 'GET', url })).rejects.toThrow('too large')
})

it('asks once more when the connection had just been closed, and not for ever', async () => {
  let visits = 0
  const url = await serve((request, response) => {
    visits += 1
    if (visits === 1) request.socket.destroy()
    else response.end('{}')
  })
  expect((await client().send({ method: 'GET', url })).body).toBe('{}')
  const broken = await serve((request) => {
    visits += 1
    request.socket.destroy()
  })
  visits = 0
  await expect(client().send({ method: 'GET', url: broken })).rejects.toThrow()
  expect(visits).toBe(2)
})

it('says in a word why nobody answers, without the address (53)', async () => {
  const url = await serve(() => undefined)
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve))
  await expect(client().send({ method: 'GET', url })).rejects.toThrow(/^ECONNREFUSED$/)
})
