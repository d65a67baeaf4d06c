import { once } from 'node:events'
import { connect } from 'node:net'
import Fastify, { type FastifyInstance } from 'fastify'
import { expect, test } from 'vitest'
import { listen, stopListening } from '../../../../server/auth-service/listen.js'

const build = (issuer: string) => ({ issuer, app: Fastify() })
const anyPort = { host: '127.0.0.1', port: 0 }

function portOf(app: FastifyInstance): number {
  const address = app.server.address()
  return typeof address === 'object' && address ? address.port : 0
}

test('builds with the issuer that it was told', async () => {
  const { app, issuer } = await listen({ ...anyPort, issuer: 'https://auth.example.org' }, build)
  expect(issuer).toBe('https://auth.example.org')
  await stopListening(app)
})

test('builds with the issuer of the port that the system chose', async () => {
  const { app, issuer } = await listen({ ...anyPort, issuer: undefined }, build)
  expect(issuer).toBe(`http://127.0.0.1:${portOf(app)}`)
  await stopListening(app)
})

test('says that a port is taken, and leaves nothing open', async () => {
  const { app } = await listen({ ...anyPort, issuer: undefined }, build)
  const port = portOf(app)
  await expect(listen({ host: '127.0.0.1', port, issuer: undefined }, build)).rejects.toMatchObject({
    message: `port ${port} of 127.0.0.1 is taken`,
    hint: 'choose another with --port',
  })
  await stopListening(app)
})

test('says that an address is not of this machine', async () => {
  await expect(listen({ host: '192.0.2.1', port: 0, issuer: undefined }, build)).rejects.toThrow(
    'this machine has no address 192.0.2.1',
  )
})

test('cuts off whoever is still sending when the time is up', async () => {
  const { app } = await listen({ ...anyPort, issuer: undefined }, (issuer) => {
    const built = build(issuer)
    built.app.post('/', async () => 'answered')
    return built
  })
  const socket = connect(portOf(app), '127.0.0.1').setEncoding('utf8')
  socket.write(
    'POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n',
  )
  expect((await once(socket, 'data'))[0]).toMatch(/ 100 /)
  await Promise.all([once(socket, 'close'), stopListening(app, 1)])
})
