import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import type { TokenValidator } from './bearer-auth/token-validator.js'
import { jsonResponse, problemResponse } from './openapi.js'
import type { Store } from './store/store.js'

const Health = Type.Object({ status: Type.Literal('ok') })

/**
 * `/healthz`: the program runs. `/readyz`: it can serve, which takes the database and the AuthService; 503 until
 * then. Both at the root, whatever the path of the resource, and open to all.
 */
export function serveHealth(
  app: FastifyInstance,
  { store, validator }: { store: Store; validator: TokenValidator },
): void {
  app.get(
    '/healthz',
    { schema: { summary: 'Is it running?', response: { 200: jsonResponse('Yes.', Health) } } },
    async () => ({
      status: 'ok' as const,
    }),
  )
  app.get(
    '/readyz',
    {
      schema: {
        summary: 'Can it serve?',
        response: { 200: jsonResponse('Yes.', Health), 503: problemResponse('Not now.') },
      },
    },
    async () => {
      await store.check()
      await validator.ready()
      return { status: 'ok' as const }
    },
  )
}
