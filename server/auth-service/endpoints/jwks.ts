import type { FastifyInstance } from 'fastify'
import type { Context } from '../context.js'
import { ENDPOINT_PATHS } from '../endpoint-urls.js'
import { JWKS_MAX_AGE_SECONDS } from '../tokens/key-life.js'

/**
 * The public keys with which tokens can be checked.
 * @see RFC 7517 §5
 */
export function jwksEndpoint(app: FastifyInstance, { keys }: Context): void {
  app.get(ENDPOINT_PATHS.jwks, async (_request, reply) => {
    reply.header('cache-control', `public, max-age=${JWKS_MAX_AGE_SECONDS}`)
    return keys.jwks()
  })
}
