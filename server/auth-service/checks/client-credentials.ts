import { OAuthError } from '../oauth-error.js'
import type { RequestParameters } from './request-parameters.js'

/** How a client says who it is. Only the two with a secret can prove it. */
export type ClientCredentials =
  | { method: 'client_secret_basic' | 'client_secret_post'; clientId: string; clientSecret: string }
  | { method: 'none'; clientId: string }

/**
 * Reads the credentials of a client from the `Authorization` header or the form, one of them and not both. The
 * `client_id` may stand in the form beside the header if it is the same.
 *
 * @param authorization the header, as it came.
 * @throws OAuthError `invalid_request` for two methods at once; `invalid_client` when there are no credentials that
 *   can be read, or only a kind that is not offered.
 * @see RFC 6749 §2.3 and §2.3.1
 */
export function readClientCredentials(
  authorization: string | undefined,
  parameters: RequestParameters,
): ClientCredentials {
  const clientId = parameters.get('client_id')
  const clientSecret = parameters.get('client_secret')
  if (parameters.get('client_assertion') ?? parameters.get('client_assertion_type')) {
    throw new OAuthError('invalid_client', 'client assertions are not offered here')
  }
  if (authorization !== undefined) {
    const credentials = readBasic(authorization)
    if (clientSecret !== undefined) {
      throw new OAuthError('invalid_request', 'use one way of client authentication, not two')
    }
    if (clientId !== undefined && clientId !== credentials.clientId) {
      throw new OAuthError('invalid_request', 'client_id is not the one of the Authorization header')
    }
    return { method: 'client_secret_basic', ...credentials }
  }
  if (clientId === undefined) throw new OAuthError('invalid_client', 'client_id is missing')
  if (clientSecret === undefined) return { method: 'none', clientId }
  return { method: 'client_secret_post', clientId, clientSecret }
}

/** The answer to credentials that failed, which names the way to do better if the header was used (RFC 6749 §5.2). */
export function clientAuthenticationFailed(method: ClientCredentials['method'], reason: string): OAuthError {
  const headers = method === 'client_secret_basic' ? BASIC_CHALLENGE : {}
  return new OAuthError('invalid_client', 'client authentication failed', { reason, headers })
}

const BASIC_CHALLENGE = { 'www-authenticate': 'Basic realm="auth-service"' }

function readBasic(authorization: string): { clientId: string; clientSecret: string } {
  const [, encoded] = /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(authorization) ?? []
  if (encoded === undefined) {
    throw clientAuthenticationFailed('client_secret_basic', 'the Authorization header is not Basic')
  }
  const pair = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = pair.indexOf(':')
  const clientId = colon === -1 ? undefined : formDecode(pair.slice(0, colon))
  const clientSecret = formDecode(pair.slice(colon + 1))
  if (!clientId || !clientSecret) {
    throw clientAuthenticationFailed('client_secret_basic', 'the Authorization header holds no id and secret')
  }
  return { clientId, clientSecret }
}

/** Undoes application/x-www-form-urlencoded; undefined for what it can't have written. */
function formDecode(value: string): string | undefined {
  try {
    const decoded = decodeURIComponent(value.replaceAll('+', ' '))
    return decoded.includes('\0') ? undefined : decoded
  } catch {
    return undefined
  }
}
