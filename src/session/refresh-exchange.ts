import type { TokenEndpointResponse } from 'openid-client'
import { discoverAuthorizationServer } from '../discovery/discover.js'
import { openidConfiguration } from '../discovery/openid-configuration.js'
import { parseScope } from '../discovery/scope.js'
import { AuthcliError } from '../errors.js'
import type { Http } from '../http.js'
import { lifetimeOf } from './access-token-lifetime.js'
import type { Session } from './session.js'
import { readTokenFailure, wordsOfRefusal } from './token-failure.js'
import { BEARER_TOKEN, REFRESH_TOKEN } from './token-syntax.js'

/** A session whose refresh token can be exchanged. */
export type RefreshableSession = Session & { refreshToken: string }

/**
 * Finds out where to exchange the refresh token of a session, which may be cut off at any moment, and gives
 * back what then does it.
 * @throws AuthcliError AUTH_SERVICE_UNREACHABLE, DISCOVERY_FAILED.
 */
export type PrepareRefresh = (session: RefreshableSession) => Promise<RefreshExchange>

/**
 * Exchanges the refresh token for a new token set and gives back the session as it then is. It keeps the old
 * refresh token when the response omits one, and the granted scope likewise. Saves nothing.
 * @throws AuthcliError SESSION_EXPIRED on `invalid_grant`; AUTH_SERVICE_UNREACHABLE on network failure, 5xx
 * or 429; LOGIN_FAILED for every other refusal and for answers that break the protocol.
 * @see RFC 6749 §6
 */
export type RefreshExchange = () => Promise<Session & { accessToken: string }>

/** The real exchange, with the AuthService that is the session's issuer. openid-client is loaded for it. */
export function prepareRefreshWith(dependencies: {
  http: Http
  /** Epoch milliseconds. */
  now: () => number
}): PrepareRefresh {
  return async (session) => {
    const server = await discoverAuthorizationServer(dependencies, session.issuer)
    const http = withoutIdToken(dependencies.http, new URL(server.metadata.token_endpoint))
    const configuration = await openidConfiguration({ http }, server, session.clientId)
    const { refreshTokenGrant } = await import('openid-client')
    const send = () => refreshTokenGrant(configuration, session.refreshToken, { resource: session.resource })
    return () => exchange(session, send, dependencies.now)
  }
}

async function exchange(
  session: RefreshableSession,
  send: () => Promise<TokenEndpointResponse>,
  now: () => number,
): ReturnType<RefreshExchange> {
  const response = await send().catch((error: unknown) => {
    throw asRefreshError(error)
  })
  const receivedAt = now()
  const { access_token: accessToken, refresh_token: refreshToken = session.refreshToken } = response
  const isBearer = response.token_type.toLowerCase() === 'bearer'
  if (!isBearer || !BEARER_TOKEN.test(accessToken) || !REFRESH_TOKEN.test(refreshToken)) {
    throw refused("it sent tokens that can't be used", undefined)
  }
  const scope = parseScope(response.scope ?? '')?.join(' ') || session.scope
  const { expiresAt: _, lifetimeSeconds: __, ...kept } = session
  return { ...kept, scope, accessToken, refreshToken, ...lifetimeOf(response.expires_in, receivedAt) }
}

/**
 * Takes the ID token out of the token endpoint's answer. Nobody here reads it, and checking it could fail, or
 * wait for the published keys, while the new refresh token is not stored yet and the old one already spent.
 */
function withoutIdToken(http: Http, tokenEndpoint: URL): Http {
  return async (request) => {
    const response = await http(request)
    if (request.url.href !== tokenEndpoint.href || response.status !== 200) return response
    const answer = parseObject(response.body)
    if (answer === undefined) return response
    const { id_token: _, ...rest } = answer
    return { ...response, body: Buffer.from(JSON.stringify(rest)) }
  }
}

function parseObject(body: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(body))
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

/** What openid-client threw, in our words. */
function asRefreshError(error: unknown): AuthcliError {
  if (error instanceof AuthcliError) return error
  const failure = readTokenFailure(error)
  if (failure.isTemporary) return unreachable(failure.problem, error)
  if (failure.error === 'invalid_grant') return sessionExpired(error)
  return refused(wordsOfRefusal(failure), error)
}

/** The session is over: only a person can start another one. */
export function sessionExpired(cause?: unknown): AuthcliError {
  return new AuthcliError('SESSION_EXPIRED', 'your session has ended', {
    hint: 'run `authcli login`',
    ...(cause !== undefined && { cause }),
  })
}

function unreachable(problem: string, cause: unknown): AuthcliError {
  return new AuthcliError('AUTH_SERVICE_UNREACHABLE', `the AuthService ${problem}`, {
    hint: 'you are still logged in; try again',
    cause,
  })
}

function refused(problem: string, cause: unknown): AuthcliError {
  return new AuthcliError('LOGIN_FAILED', `the AuthService did not refresh the session: ${problem}`, {
    hint: 'you are still logged in here; try again, or run `authcli login`',
    ...(cause !== undefined && { cause }),
  })
}
