import type { FastifyInstance } from 'fastify'
import type { Context } from '../context.js'
import { ENDPOINT_PATHS } from '../endpoint-urls.js'
import { RETRY_AFTER_SECONDS } from '../error-answers.js'
import { askDatabase } from '../store/ask-database.js'

/** For whoever restarts the process (`/healthz`: it answers) or sends it requests (`/readyz`: the database does too). */
export function healthEndpoints(app: FastifyInstance, { store }: Context): void {
  app.get(ENDPOINT_PATHS.health, async () => ({ status: 'ok' }))

  app.get(ENDPOINT_PATHS.readiness, async (request, reply) => {
    try {
      await askDatabase(store.read)
      return { status: 'ok' }
    } catch (error) {
      request.log.error({ err: error }, 'the database does not answer')
      return reply
        .code(503)
        .header('retry-after', String(RETRY_AFTER_SECONDS))
        .send({ status: 'unavailable' })
    }
  })
}
