import { randomBytes } from 'node:crypto'
import Fastify, { type FastifyInstance, LogController } from 'fastify'
import type { ChallengeContext } from './bearer-auth/challenge.js'
import { answerClientError, answerUnroutable } from './early-errors.js'
import { answerErrors } from './error-answers.js'
import type { LogLines } from './log-lines.js'
import { logRequests } from './request-log.js'
import { securityHeaders, setHeaders } from './security-headers.js'

/** An item is below 3 KiB. */
const MAX_BODY_BYTES = 16 * 1024
/** From the first byte to the last one of a request. */
const REQUEST_TIMEOUT_MS = 15_000

export interface HttpServerOptions {
  challengeContext: ChallengeContext
  trustedProxies: readonly string[]
  logLevel: string
  /** Takes one log line at a time. */
  log: LogLines
}

/**
 * Makes the Fastify instance that everything else is registered on: limits, log lines, security headers, and
 * problem documents for all errors, those that Fastify finds by itself included. Listens to nothing.
 */
export function createHttpServer({
  challengeContext,
  trustedProxies,
  logLevel,
  log,
}: HttpServerOptions): FastifyInstance {
  const headers = securityHeaders({ isHttps: challengeContext.resource.startsWith('https:') })
  const runId = randomBytes(6).toString('base64url')
  let requests = 0
  const app = Fastify({
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // What is on its way when we stop is answered, not refused.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    // Forwarded headers count only from these; without any, from nobody.
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    requestIdHeader: false,
    genReqId: () => `${runId}-${++requests}`,
    // Two values for one parameter are a mistake, and nothing that was sent is dropped unseen.
    ajv: { customOptions: { coerceTypes: true, removeAdditional: false } },
    // `request-log.ts` writes the lines.
    logController: new LogController({ disableRequestLogging: true }),
    // One logger for all: the lines name the request themselves.
    childLoggerFactory: (logger) => logger,
    logger: { level: logLevel, base: { service: 'backend-api' }, stream: log },
    frameworkErrors: answerUnroutable(headers),
    clientErrorHandler: answerClientError(headers),
  })
  // Fastify would take text bodies too.
  app.removeContentTypeParser('text/plain')
  logRequests(app)
  setHeaders(app, headers)
  answerErrors(app, challengeContext)
  return app
}
