import Fastify from 'fastify'
import { expect, it } from 'vitest'
import { bearerAuth } from '../../../../../server/backend-api/bearer-auth/bearer-auth.js'
import { BearerError } from '../../../../../server/backend-api/bearer-auth/errors.js'
import type { TokenValidator } from '../../../../../server/backend-api/bearer-auth/token-validator.js'

const NOBODY: TokenValidator = {
  mode: 'jwks',
  validate() {
    throw new BearerError('invalid_token', 'nobody is let in')
  },
  ready: async () => undefined,
}

it('a route that names no scope stops the program from starting (90)', async () => {
  const app = Fastify()
  await app.register(bearerAuth, { validator: NOBODY })
  expect(() => app.get('/open', () => 'open')).toThrow('the route /open names no scope')
  await app.close()
})

it('guards a route before any other hook of its own sees the request', async () => {
  const app = Fastify()
  let visits = 0
  await app.register(bearerAuth, { validator: NOBODY })
  const onRequest = async () => {
    visits += 1
  }
  app.get('/guarded', { config: { scope: 'items:read' }, onRequest }, () => 'guarded')
  const response = await app.inject({ url: '/guarded', headers: { authorization: 'Bearer x' } })
  expect(response.statusCode).toBe(500)
  expect(visits).toBe(0)
  await app.close()
})
