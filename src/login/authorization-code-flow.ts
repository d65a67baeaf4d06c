import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client'
import type { AuthorizationServer } from '../discovery/discover.js'
import { openidConfiguration } from '../discovery/openid-configuration.js'
import type { Http } from '../http.js'
import type { Trace } from '../trace.js'
import { asLoginError } from './login-error.js'
import { openLoopbackRedirect } from './loopback-redirect.js'
import { withinTimeLimit } from './time-limit.js'
import { readTokenSet, type TokenSet } from './token-set.js'

/** What one authorization request asks for. */
export interface AuthorizationRequest {
  server: AuthorizationServer
  clientId: string
  /** The resource identifier that the access token is for (RFC 8707). */
  resource: string
  /** Contains `openid`. */
  scope: string
  /** How long the person has, from the moment that the URL is shown. */
  timeoutSeconds: number
}

export interface AuthorizationCodeFlowDependencies {
  http: Http
  trace: Trace
  /** Ends the wait for the person. */
  signal: AbortSignal
  /** Shows the person the URL, and opens it in their browser where that is wanted. */
  sendPersonTo: (authorizationUrl: URL) => void
}

/**
 * Logs a person in with the authorization code flow: PKCE S256, `state`, `nonce` and a loopback redirect,
 * all fresh for each try. `keep` stores the tokens; the browser's page says "logged in" only after it has
 * resolved, and "failed" otherwise.
 * @returns what `keep` gave back
 * @throws AuthcliError LOGIN_FAILED when the person or the AuthService said no or an answer failed a check;
 * LOGIN_TIMEOUT, INTERRUPTED, AUTH_SERVICE_UNREACHABLE; and whatever `keep` throws.
 * @see OAuth 2.1 §4.1, RFC 7636, RFC 8252 §7.3, RFC 8707, RFC 9207, OpenID Connect Core §3.1
 */
export async function authorizationCodeFlow<Kept>(
  dependencies: AuthorizationCodeFlowDependencies,
  request: AuthorizationRequest,
  keep: (tokens: TokenSet) => Promise<Kept>,
): Promise<Kept> {
  const configuration = await openidConfiguration(dependencies, request.server, request.clientId)
  const codeVerifier = randomPKCECodeVerifier()
  const state = randomState()
  const nonce = randomNonce()
  const redirect = await openLoopbackRedirect(state)
  let outcome: 'done' | 'failed' = 'failed'
  try {
    const authorizationUrl = buildAuthorizationUrl(configuration, {
      redirect_uri: redirect.redirectUri,
      scope: request.scope,
      resource: request.resource,
      state,
      nonce,
      code_challenge: await calculatePKCECodeChallenge(codeVerifier),
      code_challenge_method: 'S256',
      // OpenID Connect Core §11: without it, a server must ignore offline_access.
      ...(request.scope.split(' ').includes('offline_access') && { prompt: 'consent' }),
    })
    dependencies.sendPersonTo(authorizationUrl)
    const answer = await withinTimeLimit(redirect.answer, request.timeoutSeconds, dependencies.signal)
    dependencies.trace({ event: 'callback-received' })

    // Checks `iss`, then `state`, and only then looks for an error or the code (RFC 9207 §2.4); afterwards
    // the ID token's signature, issuer, audience, nonce and times.
    const response = await authorizationCodeGrant(
      configuration,
      answer,
      { pkceCodeVerifier: codeVerifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true },
      { resource: request.resource },
    )
    dependencies.trace({ event: 'tokens-received' })

    const kept = await keep(readTokenSet(response))
    outcome = 'done'
    return kept
  } catch (error) {
    throw asLoginError(error)
  } finally {
    await redirect.close(outcome)
  }
}
