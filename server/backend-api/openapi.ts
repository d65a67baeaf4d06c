import swagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import { Problem } from './problem.js'

const SECURITY_SCHEME = 'accessToken'
const MAX_AGE_SECONDS = 300

/** What can be answered instead of data on every route that wants an access token. */
const REFUSALS = {
  400: 'The credentials or the input are malformed.',
  401: 'No access token, or one that is not valid here: the challenge says where to log in.',
  403: 'The access token lacks the scope of this route.',
  503: 'The access token cannot be validated at the moment.',
}

/**
 * Serves `/openapi.json` under `prefix`, made from the schemas that the routes themselves validate with. Must be
 * registered before the routes.
 * @see OpenAPI 3.1
 */
export async function serveOpenApi(
  app: FastifyInstance,
  { resource, prefix }: { resource: string; prefix: string },
) {
  app.addSchema(Problem)
  app.addHook('onRoute', (route) => {
    const scope = route.config?.scope
    if (scope === undefined || route.schema === undefined) return
    const refusals = Object.entries(REFUSALS).map(([status, description]) => [
      status,
      problemResponse(description),
    ])
    route.schema = {
      ...route.schema,
      security: [{ [SECURITY_SCHEME]: [scope] }],
      response: { ...Object.fromEntries(refusals), ...(route.schema.response as object) },
    }
  })
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Items', version: '1', description: 'The items of the person who is logged in.' },
      servers: [{ url: new URL(resource).origin }],
      components: {
        securitySchemes: { [SECURITY_SCHEME]: { type: 'http', scheme: 'bearer', bearerFormat: 'at+jwt' } },
      },
    },
    refResolver: {
      buildLocalReference: (json, _base, _fragment, index) => String(json['$id'] ?? `def-${index}`),
    },
  })
  app.get(`${prefix}/openapi.json`, { schema: { hide: true } }, (_request, reply) => {
    reply.header('cache-control', `public, max-age=${MAX_AGE_SECONDS}`).send(app.swagger())
  })
}

/** JSON of a schema, as a response of a route's schema. */
export function jsonResponse<Schema>(description: string, schema: Schema) {
  return { description, content: { 'application/json': { schema } } }
}

/** A problem document, as a response of a route's schema. */
export function problemResponse(description: string) {
  return { description, content: { 'application/problem+json': { schema: { $ref: 'Problem#' } } } }
}
