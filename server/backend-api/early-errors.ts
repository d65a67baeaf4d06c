import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { aboutBlank } from './error-answers.js'
import { PROBLEM_CONTENT_TYPE } from './problem.js'
import { pathOf } from './request-log.js'

/** What Node calls the failures that are not plain nonsense. */
const STATUS_OF: Record<string, number> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
}

/**
 * Answers a connection that brought no request that could be read, with headers of its own making, since there is
 * no reply yet. Logs nothing: the error holds the raw bytes, a token among them perhaps.
 */
export function answerClientError(
  headers: Record<string, string>,
): (error: NodeJS.ErrnoException, socket: Socket) => void {
  return (error, socket) => {
    if (socket.writable && error.code !== 'ECONNRESET') {
      const status = STATUS_OF[error.code ?? ''] ?? 400
      const body = JSON.stringify(aboutBlank(status))
      const all = {
        ...headers,
        'content-type': PROBLEM_CONTENT_TYPE,
        'content-length': String(body.length),
        connection: 'close',
      }
      const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`)
      socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('\r\n')}\r\n\r\n${body}`)
    }
    socket.destroy()
  }
}

/** Answers a request whose address can't be read, for which Fastify runs no hooks. */
export function answerUnroutable(
  headers: Record<string, string>,
): (error: { statusCode?: number }, request: FastifyRequest, reply: FastifyReply) => void {
  return (error, request, reply) => {
    const problem = aboutBlank(error.statusCode ?? 400)
    const { id: requestId, method, url } = request
    request.log.info({ requestId, method, path: pathOf(url), statusCode: problem.status }, 'request')
    reply.headers(headers).code(problem.status).type(PROBLEM_CONTENT_TYPE).send(JSON.stringify(problem))
  }
}
