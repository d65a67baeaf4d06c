import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { PageError } from '../checks/page-error.js'
import type { Context } from '../context.js'
import { RETRY_AFTER_SECONDS } from '../error-answers.js'
import { errorPage } from '../pages/error-page.js'
import { PROBLEMS } from '../pages/problems.js'
import { sendPage } from '../pages/send-page.js'
import { isDatabaseUnavailable } from '../store/database-unavailable.js'

/** The route options of everything that a person looks at: whatever goes wrong there is answered with a page. */
export function onPages(context: Context) {
  return {
    // A HEAD would do what a GET does, and issue a code that nobody sees.
    exposeHeadRoute: false,
    errorHandler: (error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply) =>
      sendErrorPage(context, { request, reply }, asPageError(error)),
  }
}

/** Answers with the page for an error. The exact reason goes to the log. */
function sendErrorPage(
  { settings }: Pick<Context, 'settings'>,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
  error: PageError,
): FastifyReply {
  const { problem, retryAfterSeconds } = error
  if (problem === 'failed' || problem === 'unavailable') request.log.error({ err: error.cause }, problem)
  else request.log.info({ error: problem, reason: error.message }, 'refused')
  if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds))
  const page = errorPage({ issuer: settings.issuer, error, reference: request.id })
  return sendPage(reply, page, { statusCode: PROBLEMS[problem].statusCode })
}

function asPageError(error: FastifyError | Error): PageError {
  if (error instanceof PageError) return error
  // What Fastify found wrong with the request itself, such as a body that is no form.
  const isTheirs = 'statusCode' in error && error.statusCode !== undefined && error.statusCode < 500
  if (isTheirs) return new PageError('unreadable-form', { reason: error.message })
  return isDatabaseUnavailable(error)
    ? new PageError('unavailable', { cause: error, retryAfterSeconds: RETRY_AFTER_SECONDS })
    : new PageError('failed', { cause: error })
}
