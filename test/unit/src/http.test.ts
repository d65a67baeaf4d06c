import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from 'vitest'
import { createHttp, HttpError, type HttpOptions, toFetch } from '../../../src/http.js'
import type { TraceEvent } from '../../../src/trace.js'
import { TEST_CERTIFICATE } from '../../support/test-certificate.js'

const servers: { close: () => void }[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

function create(options: Partial<HttpOptions> = {}) {
  const traced: TraceEvent[] = []
  const http = createHttp({
    env: {},
    userAgent: 'authcli/1.2.3',
    trace: (event) => traced.push(event),
    now: () => 0,
    random: Math.random,
    ...options,
  })
  return { http, traced }
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  servers.push({
    close() {
      server.closeAllConnections()
      server.close()
    },
  })
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function serve(listener: RequestListener): Promise<URL> {
  return new URL(`http://${await listen(createServer(listener))}/`)
}

const answerNothing: RequestListener = () => undefined

async function reasonOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.catch((error: unknown) => error)
  if (!(error instanceof HttpError)) throw new Error('no HttpError', { cause: error })
  return error.reason
}

describe('createHttp', () => {
  it('sends what it is given and gives back what it gets', async () => {
    let seen: (IncomingMessage & { sent?: string }) | undefined
    const url = await serve(async (request, response) => {
      seen = Object.assign(request, { sent: await text(request) })
      response.writeHead(418, { 'x-one': 'a', 'set-cookie': ['a=1', 'b=2'] }).end('some tea')
    })
    const { http } = create()
    const response = await http({
      method: 'POST',
      url: new URL('/a%20path?q=1', url),
      headers: { 'content-type': 'text/plain' },
      body: 'hello ü',
    })
    expect(seen).toMatchObject({ method: 'POST', url: '/a%20path?q=1', sent: 'hello ü' })
    expect(seen?.headers).toMatchObject({ 'content-type': 'text/plain', 'user-agent': 'authcli/1.2.3' })
    expect(response.status).toBe(418)
    expect(response.headers).toMatchObject({ 'x-one': 'a', 'set-cookie': 'a=1, b=2' })
    expect(Buffer.from(response.body).toString()).toBe('some tea')
  })

  it('puts every request into one trace, with a span of its own', async () => {
    const seen: string[] = []
    const url = await serve((request, response) => {
      seen.push(String(request.headers['traceparent']))
      response.end()
    })
    const { http } = create()
    await http({ method: 'GET', url })
    await http({ method: 'GET', url })
    const [first = [], second = []] = seen.map((each) => each.split('-'))
    expect(seen[0]).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
    expect(second[1]).toBe(first[1])
    expect(second[2]).not.toBe(first[2])
  })

  it('traces requests without their query, and the error of a challenge', async () => {
    const url = await serve((_request, response) =>
      response.writeHead(401, { 'www-authenticate': 'Bearer error="invalid_token"' }).end(),
    )
    const { http, traced } = create()
    await http({ method: 'GET', url: new URL('/items?token=secret', url) })
    const [request, response] = traced
    expect(request).toMatchObject({ event: 'request', method: 'GET', url: `${url.origin}/items` })
    expect(response).toMatchObject({ event: 'response', status: 401, error: 'invalid_token', ms: 0 })
    expect(response?.['traceparent']).toBe(request?.['traceparent'])
    expect(JSON.stringify(traced)).not.toContain('secret')
  })

  it('follows no redirect (100)', async () => {
    const visited: string[] = []
    const url = await serve((request, response) => {
      visited.push(request.url ?? '')
      response.writeHead(302, { location: '/elsewhere' }).end()
    })
    const response = await create().http({ method: 'GET', url: new URL('/start', url) })
    expect(response.status).toBe(302)
    expect(visited).toEqual(['/start'])
  })

  it('gives up a server that does not answer in time', async () => {
    const url = await serve(answerNothing)
    const { http } = create({ timeoutMs: 50 })
    expect(await reasonOf(http({ method: 'GET', url }))).toBe('no answer within 0.05 seconds')
  })

  it('gives up a server that stops in the middle of its answer', async () => {
    const url = await serve((_request, response) => void response.writeHead(200).write('half'))
    const { http } = create({ timeoutMs: 50 })
    expect(await reasonOf(http({ method: 'GET', url }))).toBe('no answer within 0.05 seconds')
  })

  it.each(['with its length told', 'without a length'])(
    'refuses a body that is too large, %s',
    async (how) => {
      const url = await serve((_request, response) => {
        if (how.startsWith('with ')) response.setHeader('content-length', 2_097_152)
        response.end(Buffer.alloc(2_097_152))
      })
      const { http } = create({ maxBodyBytes: 1_048_576 })
      expect(await reasonOf(http({ method: 'GET', url }))).toBe('its answer is larger than 1 MiB')
    },
  )

  it('says that nobody listens', async () => {
    const url = await serve(answerNothing)
    servers.splice(0).forEach((server) => {
      server.close()
    })
    expect(await reasonOf(create().http({ method: 'GET', url }))).toBe('connection refused')
  })

  it('says that the connection was cut', async () => {
    const url = await serve((_request, response) => void response.socket?.destroy())
    expect(await reasonOf(create().http({ method: 'GET', url }))).toBe('the connection was cut')
  })

  it('says that the answer is not HTTP', async () => {
    const server = createTcpServer((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    servers.push(server)
    const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    expect(await reasonOf(create().http({ method: 'GET', url }))).toBe('its answer is not HTTP')
  })

  it('refuses a certificate that is not trusted, and names its issuer (19)', async () => {
    let requests = 0
    const server = createTlsServer(TEST_CERTIFICATE, (_request, response) => {
      requests += 1
      response.end()
    })
    const url = new URL(`https://${await listen(server)}/`)
    expect(await reasonOf(create().http({ method: 'GET', url }))).toContain(
      `its certificate is not trusted (issued by ${TEST_CERTIFICATE.authorityName})`,
    )
    expect(requests).toBe(0)
  })

  it('ends at once when it is told to, with the reason that it is given', async () => {
    const controller = new AbortController()
    const url = await serve(() => controller.abort(new Error('enough')))
    const request = create().http({ method: 'GET', url, signal: controller.signal })
    await expect(request).rejects.toThrow('enough')
  })

  it('is ready for the next request after one that failed', async () => {
    let requests = 0
    const url = await serve((_request, response) => {
      requests += 1
      if (requests === 1) response.socket?.destroy()
      else response.end('well')
    })
    const { http } = create()
    await reasonOf(http({ method: 'GET', url }))
    expect((await http({ method: 'GET', url })).status).toBe(200)
  })

  it('sends requests to http servers through the proxy that the environment names', async () => {
    let asked: string | undefined
    const proxy = await serve((request, response) => {
      asked = request.url
      response.end('from the proxy')
    })
    const { http } = create({ env: { HTTP_PROXY: proxy.href } })
    const response = await http({ method: 'GET', url: new URL('http://api.example.com/items?x=1') })
    expect(asked).toBe('http://api.example.com/items?x=1')
    expect(Buffer.from(response.body).toString()).toBe('from the proxy')
  })

  it('asks the proxy for a tunnel to https servers, with the credentials of its URL', async () => {
    const server = createServer()
    const asked = new Promise<IncomingMessage>((resolve) => {
      server.on('connect', (request, socket) => {
        resolve(request)
        socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
      })
    })
    const proxy = `http://user:p%40ss@${await listen(server)}`
    const { http } = create({ env: { https_proxy: proxy } })
    const failed = reasonOf(http({ method: 'GET', url: new URL('https://api.example.com/items') }))
    const { url, headers } = await asked
    expect(url).toBe('api.example.com:443')
    expect(headers['proxy-authorization']).toBe(`Basic ${Buffer.from('user:p@ss').toString('base64')}`)
    expect(await failed).toMatch(/^the proxy 127\.0\.0\.1:\d+ refused to connect to it$/)
  })

  it('says when the variable of the proxy holds no URL', async () => {
    const { http } = create({ env: { HTTP_PROXY: 'http://' } })
    const failed = reasonOf(http({ method: 'GET', url: new URL('http://api.example.com') }))
    expect(await failed).toBe('HTTP_PROXY holds no URL')
  })
})

describe('toFetch', () => {
  it('carries a form there and a JSON document back', async () => {
    let sent = ''
    const url = await serve(async (request, response) => {
      sent = `${request.headers['content-type']} ${await text(request)}`
      response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":"invalid_grant"}')
    })
    const response = await toFetch(create().http)(url.href, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ a: '1', b: 'ü' }),
    })
    expect(sent).toBe('application/x-www-form-urlencoded a=1&b=%C3%BC')
    expect(response.status).toBe(400)
    expect(await response.json()).toEqual({ error: 'invalid_grant' })
  })

  it('gives back an answer without a body', async () => {
    const url = await serve((_request, response) => response.writeHead(204).end())
    expect((await toFetch(create().http)(url.href)).status).toBe(204)
  })

  it('refuses methods that no request has', async () => {
    await expect(toFetch(create().http)('http://127.0.0.1:1', { method: 'TRACE' })).rejects.toThrow(TypeError)
  })
})
