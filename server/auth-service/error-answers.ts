import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { OAuthError } from './oauth-error.js'
import { isDatabaseUnavailable } from './store/database-unavailable.js'

/** A database that is started anew, or has another server take its place, is there again in about this time. */
export const RETRY_AFTER_SECONDS = 5

/**
 * Answers whatever goes wrong outside of the pages as JSON: `{error, error_description}` with the words of the RFCs,
 * 404 for an unknown path, 405 with `Allow` for a known path and another method. What happened exactly is logged.
 */
export function answerErrors(app: FastifyInstance): void {
  const methodsByPath = new Map<string, Set<string>>()
  app.addHook('onRoute', ({ url, method }) => {
    const methods = methodsByPath.get(url) ?? new Set()
    for (const name of [method].flat()) methods.add(name)
    methodsByPath.set(url, methods)
  })
  app.setNotFoundHandler((request, reply) => {
    const methods = methodsByPath.get(request.url.split('?', 1)[0] ?? '')
    if (methods === undefined) return answer(reply, 404, 'invalid_request', 'there is nothing at this path')
    reply.header('allow', [...methods].sort().join(', '))
    return answer(reply, 405, 'invalid_request', 'this path does not answer this method')
  })
  app.setErrorHandler(answerError)
}

function answerError(error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply) {
  if (error instanceof OAuthError) {
    request.log.info({ error: error.code, reason: error.reason }, 'refused')
    return answer(reply.headers(error.headers), error.statusCode, error.code, error.description)
  }
  const statusCode = 'statusCode' in error ? (error.statusCode ?? 500) : 500
  if (statusCode < 500) {
    request.log.info({ error: 'invalid_request', reason: error.message }, 'refused')
    return answer(
      reply,
      statusCode,
      'invalid_request',
      CLIENT_ERRORS[statusCode] ?? 'the request is malformed',
    )
  }
  if (isDatabaseUnavailable(error)) {
    request.log.error({ err: error }, 'the database does not answer')
    reply.header('retry-after', String(RETRY_AFTER_SECONDS))
    return answer(reply, 503, 'temporarily_unavailable', 'this is not possible at the moment; try again')
  }
  request.log.error({ err: error }, 'failed')
  return answer(reply, 500, 'server_error', 'something went wrong here; try again')
}

const CLIENT_ERRORS: Readonly<Record<number, string>> = {
  413: 'the body is too large',
  415: 'the body must be application/x-www-form-urlencoded',
}

function answer(reply: FastifyReply, statusCode: number, error: string, description: string) {
  return reply
    .code(statusCode)
    .header('cache-control', 'no-store')
    .send({ error, error_description: description })
}
