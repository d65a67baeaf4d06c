import type { IncomingHttpHeaders } from 'node:http'
import { BearerError } from './errors.js'

/** What of a request is looked at to find the token. */
export interface CredentialsCarrier {
  headers: IncomingHttpHeaders
  /** Names and values in turn, as they came; Node keeps only the first of a repeated `Authorization` in `headers`. */
  rawHeaders: readonly string[]
  /** Whether the query holds an `access_token`. It is never read, but it may not come along with the header. */
  hasQueryToken: boolean
}

const BEARER = /^bearer(?: +|$)/i

/**
 * Reads the access token from the `Authorization` header, the only place where one counts. Answers undefined
 * when there is none, or when the credentials are of another scheme. The token is not looked at.
 * @throws BearerError invalid_request when the header is there twice or malformed, or a second token is in the query.
 * @see RFC 6750 §2, OAuth 2.1 §5.1
 */
export function readBearerToken(carrier: CredentialsCarrier): string | undefined {
  const authorization = carrier.headers.authorization
  if (authorization === undefined) return undefined
  const scheme = BEARER.exec(authorization)
  if (!scheme) return undefined
  if (countAuthorizationHeaders(carrier.rawHeaders) > 1) {
    throw new BearerError('invalid_request', 'more than one Authorization header')
  }
  if (carrier.hasQueryToken)
    throw new BearerError('invalid_request', 'a token in the header and in the query')
  const token = authorization.slice(scheme[0].length)
  if (token === '' || token.includes(' '))
    throw new BearerError('invalid_request', 'a malformed Authorization header')
  return token
}

function countAuthorizationHeaders(rawHeaders: readonly string[]): number {
  let count = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]
    if (name?.length === 'authorization'.length && name.toLowerCase() === 'authorization') count += 1
  }
  return count
}
