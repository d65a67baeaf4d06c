import { randomUUID } from 'node:crypto'
import {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyServerOptions,
  LogController,
} from 'fastify'
import { traceIdOf } from './trace-context.js'

/** Where the log goes and how much of it: what `main.ts` has read from its configuration. */
export interface LogOptions {
  /** A pino level. */
  level: string
  /** Gets one line of JSON at a time. */
  stream: { write(line: string): void }
}

/**
 * Fastify's logging options: every line says which service it is from, and every line of a request, audit lines
 * included, carries `requestId` and, where the client sent one, `traceId`. Nothing of the request itself is logged
 * by Fastify: its own lines hold the URL with its query.
 */
export function loggingOptions(log: LogOptions | undefined) {
  return {
    logger: log ? { level: log.level, stream: log.stream, base: { service: 'auth-service' } } : false,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    // A counter would start again with every process.
    genReqId: () => randomUUID(),
    childLoggerFactory: (logger: FastifyBaseLogger, bindings, options, request) => {
      const traceId = traceIdOf(request.headers['traceparent'])
      return logger.child(traceId === undefined ? bindings : { ...bindings, traceId }, options)
    },
  } satisfies FastifyServerOptions
}

/** Writes one line for each answered request: method, path without query, status and duration in ms. */
export function logRequests(app: FastifyInstance): void {
  app.addHook('onResponse', (request, reply, done) => {
    const line = {
      method: request.method,
      path: pathOf(request.url),
      statusCode: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
    }
    request.log.info(line, 'request')
    done()
  })
}

/** The path of a request's address: no query, no fragment, and of a whole URL no host, which may hold a password. */
export function pathOf(url: string): string {
  const end = url.search(/[?#]/)
  const path = end < 0 ? url : url.slice(0, end)
  return path.startsWith('/') ? path : path.replace(/^[^/]*\/\/[^/]*/, '')
}
