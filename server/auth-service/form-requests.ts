import type { FastifyInstance, FastifyRequest } from 'fastify'
import { refuseRepeatedParameters } from './checks/repeated-parameters.js'
import { type RequestParameters, readParameters } from './checks/request-parameters.js'
import { OAuthError } from './oauth-error.js'

/** Far above any honest request: the longest values are tokens and a `state` of the client's own. */
export const MAX_BODY_BYTES = 64 * 1024

/** Form posts are the only bodies that the AuthService reads; for all others Fastify answers 415. */
export function acceptForms(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: MAX_BODY_BYTES },
    (_request, body, done) => done(null, new URLSearchParams(body.toString())),
  )
}

/** The query of a request, undecided about what it holds: give it to `readParameters`. */
export function queryOf(request: FastifyRequest): URLSearchParams {
  const start = request.url.indexOf('?')
  return new URLSearchParams(start === -1 ? '' : request.url.slice(start + 1))
}

/** The form that a request carries; empty without a body. */
export function formOf(request: FastifyRequest): URLSearchParams {
  return request.body instanceof URLSearchParams ? request.body : new URLSearchParams()
}

/**
 * The parameters of an endpoint that takes them in a form post and nowhere else. A query is refused, whatever it
 * says: URLs end up in logs and histories.
 *
 * @throws OAuthError `invalid_request` for a query, a repeated parameter, or a NUL.
 * @see RFC 6749 §2.3.1 and §3.2
 */
export function readForm(request: FastifyRequest): RequestParameters {
  if (request.url.includes('?')) {
    throw new OAuthError('invalid_request', 'parameters belong in the body, not in the URL')
  }
  const parameters = readParameters(formOf(request))
  refuseRepeatedParameters(parameters)
  return parameters
}
