import type { FastifyInstance } from 'fastify'
import type { BearerError } from './bearer-auth/errors.js'
import { readTraceId } from './trace-context.js'

declare module 'fastify' {
  interface FastifyRequest {
    /** The trace that the request belongs to, when its `traceparent` says so. 32 hex digits. */
    traceId: string | undefined
    /** Why the request was not let through. */
    refusal: BearerError | undefined
  }
}

/**
 * One log line for each answered request, and nothing in it that a client may want to keep to itself: the path
 * without its query, no header but the trace id. A refused request adds why, and where it came from.
 */
export function logRequests(app: FastifyInstance): void {
  app.decorateRequest('traceId', undefined)
  app.decorateRequest('refusal', undefined)
  app.addHook('onRequest', (request, _reply, done) => {
    request.traceId = readTraceId(request.headers['traceparent'])
    done()
  })
  app.addHook('onResponse', (request, reply, done) => {
    const { refusal } = request
    app.log.info(
      {
        requestId: request.id,
        traceId: request.traceId,
        method: request.method,
        path: pathOf(request.url),
        statusCode: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 100) / 100,
        ...(refusal && { error: errorName(refusal), reason: refusal.reason, source: request.ip }),
      },
      'request',
    )
    done()
  })
}

/** The path of a request's address: no query, no fragment, and of a whole URL no host, which may hold a password. */
export function pathOf(url: string): string {
  const end = url.search(/[?#]/)
  const path = end < 0 ? url : url.slice(0, end)
  return path.startsWith('/') ? path : path.replace(/^[^/]*\/\/[^/]*/, '')
}

/** `none` is the bare challenge. */
function errorName({ code }: BearerError): string {
  return code === 'no_credentials' ? 'none' : code
}
