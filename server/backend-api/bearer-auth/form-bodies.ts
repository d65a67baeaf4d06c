import type { FastifyInstance } from 'fastify'
import { RequestError } from '../request-error.js'
import { BearerError } from './errors.js'

/**
 * Reads a form body only to see whether it brings a second access token, which makes the request ambiguous. This
 * API takes no forms, so the answer is an error either way.
 * @see RFC 6750 §2.2, OAuth 2.1 §5.1
 */
export function refuseFormBodies(app: FastifyInstance): void {
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => {
      const hasToken = new URLSearchParams(String(body)).has('access_token')
      done(
        hasToken
          ? new BearerError('invalid_request', 'a token in the header and in the body')
          : new RequestError(415, 'Send JSON.'),
      )
    },
  )
}
