import { discoverAuthorizationServer, discoverFromApi } from '../discovery/discover.js'
import { openidConfiguration } from '../discovery/openid-configuration.js'
import { parseScope } from '../discovery/scope.js'
import { AuthcliError } from '../errors.js'
import type { Http } from '../http.js'
import type { Trace } from '../trace.js'
import { isDueForRefresh, isUsable, lifetimeOf, requireLasting } from './access-token-lifetime.js'
import type { AccessToken, LastingTokens } from './access-tokens.js'
import { readTokenFailure, wordsOfRefusal } from './token-failure.js'
import { BEARER_TOKEN } from './token-syntax.js'

/** A service that logs in as itself: no person stands behind it. */
export interface ClientLogin {
  clientId: string
  clientSecret: string
  /** The resource identifier in canonical form. */
  resource: string
  /** Absent: the one that the API names. */
  issuer?: string
  /** Absent: all that the client is registered for. */
  scope?: readonly string[]
}

/** A token of a client, in memory only, and what was granted with it. */
export interface ClientToken extends AccessToken {
  lifetimeSeconds?: number
  issuer: string
  scope: string
}

/** Access tokens of a client. */
export interface ClientTokens extends LastingTokens {
  /** A new token, whatever there is. */
  fetch(): Promise<ClientToken>
}

/** What an API is asked for without a token, to see where it sends people to log in. */
const FIRST_PATH = 'items'

/**
 * Gets access tokens for a client with its secret, which goes to the token endpoint and nowhere else. Nothing is
 * stored: each process asks for its own, once, and again when the token ends or the API refuses it.
 * @throws AuthcliError NOT_LOGGED_IN when the AuthService does not accept the client; LOGIN_FAILED for other
 * refusals; AUTH_SERVICE_UNREACHABLE; and those of discovery.
 * @see RFC 6749 §4.4
 */
export function createClientTokens(
  dependencies: { http: Http; now: () => number; trace: Trace },
  login: ClientLogin,
): ClientTokens {
  const { now, trace } = dependencies
  let known: ClientToken | undefined
  let flight: Promise<ClientToken> | undefined

  const fetch = async () => {
    flight ??= requestToken(dependencies, login).finally(() => {
      flight = undefined
    })
    known = await flight
    trace({ event: 'tokens-received' })
    return known
  }
  const usable = async (minimumMs: number) => {
    const isGood = known !== undefined && isUsable(known, now() + minimumMs) && !isDueForRefresh(known, now())
    return known !== undefined && isGood ? known : await fetch()
  }
  return {
    fetch,
    current: async () => (await usable(0)).accessToken,
    lasting: async (minimumSeconds) =>
      requireLasting<AccessToken>(await usable(minimumSeconds * 1000), minimumSeconds, now()),
    async replace(rejectedToken) {
      if (known !== undefined && known.accessToken !== rejectedToken) return known.accessToken
      return (await fetch()).accessToken
    },
  }
}

async function requestToken(
  { http, now }: { http: Http; now: () => number },
  { clientId, clientSecret, resource, issuer, scope }: ClientLogin,
): Promise<ClientToken> {
  const server =
    issuer === undefined
      ? (await discoverFromApi({ http }, resource, FIRST_PATH)).server
      : await discoverAuthorizationServer({ http }, issuer)
  const configuration = await openidConfiguration({ http }, server, clientId, clientSecret)
  const { clientCredentialsGrant } = await import('openid-client')
  const parameters = { resource, ...(scope !== undefined && { scope: scope.join(' ') }) }
  const response = await clientCredentialsGrant(configuration, parameters).catch((error: unknown) => {
    throw asClientError(error)
  })
  const { access_token: accessToken, token_type: type, expires_in: expiresIn } = response
  if (type.toLowerCase() !== 'bearer' || !BEARER_TOKEN.test(accessToken)) {
    throw refused("it sent a token that can't be used", undefined)
  }
  const granted = parseScope(response.scope ?? '') ?? []
  return {
    accessToken,
    issuer: server.issuer,
    scope: (granted.length > 0 ? granted : (scope ?? [])).join(' '),
    ...lifetimeOf(expiresIn, now()),
  }
}

/** What openid-client threw, in our words. */
function asClientError(error: unknown): AuthcliError {
  if (error instanceof AuthcliError) return error
  const failure = readTokenFailure(error)
  if (failure.isTemporary) return unreachable(failure.problem, error)
  if (failure.status === 401 || failure.error === 'invalid_client') {
    return new AuthcliError('NOT_LOGGED_IN', 'the AuthService does not accept this client and its secret', {
      hint: 'check AUTHCLI_CLIENT_ID and AUTHCLI_CLIENT_SECRET',
      cause: error,
    })
  }
  return refused(wordsOfRefusal(failure), error)
}

function unreachable(problem: string, cause: unknown): AuthcliError {
  return new AuthcliError('AUTH_SERVICE_UNREACHABLE', `the AuthService ${problem}`, {
    hint: 'try again',
    cause,
  })
}

function refused(problem: string, cause: unknown): AuthcliError {
  return new AuthcliError('LOGIN_FAILED', `the AuthService gave the client no token: ${problem}`, {
    ...(cause !== undefined && { cause }),
  })
}
