import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { pathOf } from './request-log.js'

/** What Node calls the failures that are not plain nonsense. */
const STATUS_OF: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
}

/**
 * Answers a connection that brought no request that could be read, with headers of its own making, since there is
 * no reply yet. Logs nothing: the error holds the raw bytes, and a password or a code may be among them.
 */
export function answerClientError(
  headers: Readonly<Record<string, string>>,
): (error: NodeJS.ErrnoException, socket: Socket) => void {
  return (error, socket) => {
    if (socket.writable && error.code !== 'ECONNRESET') {
      const statusCode = STATUS_OF[error.code ?? ''] ?? 400
      const body = JSON.stringify(malformed())
      const all = {
        ...headers,
        'content-type': 'application/json; charset=utf-8',
        'content-length': String(Buffer.byteLength(body)),
        connection: 'close',
      }
      const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`)
      socket.write(
        `HTTP/1.1 ${statusCode} ${STATUS_CODES[statusCode]}\r\n${lines.join('\r\n')}\r\n\r\n${body}`,
      )
    }
    socket.destroy()
  }
}

/**
 * Answers a request whose address can't be read, for which Fastify runs no hooks. The error's own message holds the
 * whole address, query included, so it is not logged.
 */
export function answerUnroutable(
  headers: Readonly<Record<string, string>>,
): (error: { statusCode?: number }, request: FastifyRequest, reply: FastifyReply) => void {
  return (error, request, reply) => {
    const statusCode = error.statusCode ?? 400
    request.log.info({ method: request.method, path: pathOf(request.url), statusCode }, 'request')
    reply.headers(headers).code(statusCode).send(malformed())
  }
}

function malformed() {
  return { error: 'invalid_request', error_description: 'the request is malformed' }
}
