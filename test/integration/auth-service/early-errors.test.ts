import { once } from 'node:events'
import { connect } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { buildAuthService } from '../../../server/auth-service/auth-service.js'
import { type TestContext, testContext } from '../../support/auth-service/test-context.js'

let context: TestContext
let app: FastifyInstance
let log: string
beforeEach(async () => {
  context = await testContext()
  log = ''
  app = buildAuthService(context, {
    log: {
      level: 'trace',
      stream: {
        write: (line) => {
          log += line
        },
      },
    },
  })
  await app.listen({ host: '127.0.0.1', port: 0 })
})
afterEach(async () => {
  await app.close()
  await context.close()
})

/** Sends bytes as they are and gives everything that comes back until the connection ends. */
async function send(bytes: string): Promise<string> {
  const address = app.server.address()
  if (address === null || typeof address === 'string') throw new Error('it listens on no port')
  const socket = connect(address.port, '127.0.0.1').setEncoding('utf8')
  let answer = ''
  socket.on('data', (text) => {
    answer += text
  })
  socket.write(bytes)
  await once(socket, 'close')
  return answer
}

const get = (target: string) => `GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`

it.each([
  ['an address that can’t be read', get('/auth/%zz?code=canary')],
  ['an address that nobody knows', get('/auth/nothing?code=canary')],
  ['a whole URL as the address', get('http://canary:canary@elsewhere.example/healthz?code=canary')],
  ['a whole URL without a path', get('http://canary@elsewhere.example?code=canary')],
  ['a fragment', get('/healthz#access_token=canary')],
])('logs the path and nothing else of %s (53)', async (_what, request) => {
  expect(await send(request)).toMatch(/^HTTP\/1\.1 \d+ /)
  expect(log).toContain('"msg":"request"')
  expect(log).not.toContain('canary')
})

it.each([
  ['is no HTTP', 400, 'password=canary\r\n\r\n'],
  [
    'says its length twice',
    400,
    'POST /token HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\ncanary',
  ],
  ['has headers without end', 431, `GET /healthz HTTP/1.1\r\nHost: x\r\nX: ${'canary'.repeat(4000)}\r\n\r\n`],
])(
  'answers a request that %s as any other error, and logs no byte of it (46, 53)',
  async (_what, status, bytes) => {
    const answer = await send(bytes)
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(answer).toContain('cache-control: no-store')
    expect(answer).toContain('x-content-type-options: nosniff')
    expect(answer).toContain('"error":"invalid_request"')
    expect(log).not.toContain('canary')
    // As the array in which a Buffer is written.
    expect(log).not.toContain([...Buffer.from('canary')].join())
  },
)

it('sets the headers of every answer on one to an address that can’t be read (46)', async () => {
  const { statusCode, headers } = await app.inject('/%zz')
  expect(statusCode).toBe(400)
  expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-frame-options': 'DENY' })
})
