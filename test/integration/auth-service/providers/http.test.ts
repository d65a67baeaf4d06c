import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { createHttp, type Http } from '../../../../server/auth-service/http.js'
import { TEST_CERTIFICATE } from '../../../support/test-certificate.js'

const servers: Server[] = []
const clients: Http[] = []
afterEach(async () => {
  await Promise.all(clients.splice(0).map((http) => http.close()))
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

function ask(url: string, timeoutMs = 2_000): Promise<Response> {
  const http = createHttp({ timeoutMs })
  clients.push(http)
  return http.fetch(url, { method: 'GET', headers: { accept: 'application/json' } })
}

async function serve(listener: RequestListener, isTls = false): Promise<string> {
  const server = isTls ? createTlsServer(TEST_CERTIFICATE, listener) : createServer(listener)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http${isTls ? 's' : ''}://127.0.0.1:${(server.address() as AddressInfo).port}/path?secret=s3cr3t`
}

it('sends a form, and gives back status, headers and body', async () => {
  const url = await serve(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    response
      .writeHead(418, { 'set-cookie': ['a=1', 'b=2'] })
      .end(`${request.method} ${request.url} ${request.headers['content-type']} ${Buffer.concat(chunks)}`)
  })
  const http = createHttp()
  clients.push(http)
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const response = await http.fetch(url, {
    method: 'POST',
    headers,
    body: new URLSearchParams({ a: 'é &' }),
  })
  expect(response.status).toBe(418)
  expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
  expect(await response.text()).toBe(
    'POST /path?secret=s3cr3t application/x-www-form-urlencoded a=%C3%A9+%26',
  )
})

it('follows no redirect', async () => {
  let visits = 0
  const elsewhere = await serve((_request, response) => {
    visits += 1
    response.end()
  })
  const url = await serve((_request, response) => response.writeHead(307, { location: elsewhere }).end())
  expect((await ask(url)).status).toBe(307)
  expect(visits).toBe(0)
})

it('believes no certificate that nobody vouches for (19)', async () => {
  let visits = 0
  const url = await serve((_request, response) => {
    visits += 1
    response.end()
  }, true)
  await expect(ask(url)).rejects.toThrow('its certificate is not good: UNABLE_TO_VERIFY_LEAF_SIGNATURE')
  expect(visits).toBe(0)
})

it.each([
  'http://provider.example/',
  'http://10.0.0.1/',
  'http://127.0.0.1.example/',
  'http://169.254.169.254/latest/meta-data',
  'file:///etc/passwd',
  'data:application/json,{}',
  'ftp://provider.example/',
  'https://user@provider.example/',
  'https://:secret@provider.example/',
])('asks nothing of %s (V20)', async (url) => {
  await expect(ask(url)).rejects.toMatchObject({ message: 'its address is not https', isLasting: true })
})

it.each([
  ['never answers', () => undefined],
  ['never ends its answer', (response: { write(text: string): void }) => response.write('{')],
] as const)('gives up on a server that %s', async (_what, answer) => {
  const url = await serve((_request, response) => void answer(response))
  await expect(ask(url, 50)).rejects.toThrow(/^no answer in time$/)
})

it('reads 256 KiB at most', async () => {
  const url = await serve((_request, response) => response.end('x'.repeat(256 * 1024 + 1)))
  await expect(ask(url)).rejects.toMatchObject({ message: 'the answer was too large', isLasting: true })
})

it('reads no more headers than fit', async () => {
  const url = await serve((_request, response) => response.writeHead(200, { a: 'x'.repeat(40_000) }).end())
  await expect(ask(url)).rejects.toThrow('the answer was too large')
})

it('asks once where the connection ends, because a code is exchanged once', async () => {
  let visits = 0
  const url = await serve((request) => {
    visits += 1
    request.socket.destroy()
  })
  await expect(ask(url)).rejects.toThrow()
  expect(visits).toBe(1)
})

it('says in a word why nobody answers, and names who was asked without the query (53)', async () => {
  const url = await serve(() => undefined)
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve))
  const { host, pathname } = new URL(url)
  await expect(ask(url)).rejects.toMatchObject({
    message: 'nothing listens there',
    address: host + pathname,
  })
})
