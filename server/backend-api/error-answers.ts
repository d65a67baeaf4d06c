import { STATUS_CODES } from 'node:http'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type ChallengeContext, describeRefusal } from './bearer-auth/challenge.js'
import { BearerError } from './bearer-auth/errors.js'
import { PROBLEM_CONTENT_TYPE, type Problem } from './problem.js'
import { RequestError } from './request-error.js'

/**
 * Makes every error answer of the program a problem document with the right status, challenge and headers. What
 * is not the client's mistake is a bare 500, and the log has the rest.
 */
export function answerErrors(app: FastifyInstance, context: ChallengeContext): void {
  app.setErrorHandler((error: FastifyError, request, reply) => answerError(error, request, reply, context))
  app.setNotFoundHandler((request, reply) =>
    answerError(new RequestError(404, 'There is nothing at this address.'), request, reply, context),
  )
}

function answerError(
  error: Error & { statusCode?: number; code?: string },
  request: FastifyRequest,
  reply: FastifyReply,
  context: ChallengeContext,
): FastifyReply {
  if (error instanceof BearerError) return answerRefusal(error, request, reply, context)
  const status = error.statusCode ?? 500
  if (status >= 400 && status < 500)
    return sendProblem(reply, { ...aboutBlank(status), detail: error.message })
  request.log.error({ err: error, requestId: request.id, traceId: request.traceId }, 'request failed')
  return sendProblem(reply, aboutBlank(500))
}

/** Sends a problem document. A ready string, so that no response schema drops members from it. */
function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  return reply.code(problem.status).type(PROBLEM_CONTENT_TYPE).send(JSON.stringify(problem))
}

function answerRefusal(
  error: BearerError,
  request: FastifyRequest,
  reply: FastifyReply,
  context: ChallengeContext,
): FastifyReply {
  const { problem, challenge, retryAfterSeconds } = describeRefusal(error, context)
  request.refusal = error
  if (challenge !== undefined) reply.header('www-authenticate', challenge)
  if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds))
  return sendProblem(reply, problem)
}

/** A problem that its status says all about. */
export function aboutBlank(status: number): Problem {
  return { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status }
}
