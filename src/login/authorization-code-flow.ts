import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client'
import type { AuthorizationServer } from '../discovery/discover.js'
import { deviceNameParameter } from './device-name.js'
import { openLoopbackRedirect } from './loopback-redirect.js'
import { type PastedAnswer, readPastedAnswer } from './pasted-answer.js'
import { readTokenSet, type TokenSet } from './token-set.js'

/** What one login asks for. */
export interface AuthorizationRequest {
  server: AuthorizationServer
  clientId: string
  /** The resource identifier that the access token is for (RFC 8707). */
  resource: string
  /** Contains `openid`. */
  scope: string
  /** The name of the provider to sign in at; a parameter of our AuthService, which others ignore. */
  provider?: string
  /** What this device is called; see `device-name.ts`. */
  deviceName?: string
  /** The person named the issuer themselves, and no API did: see `readPastedAnswer`. */
  takesCodeAlone: boolean
}

/** An authorization request that waits for its answer. */
export interface AuthorizationCodeFlow {
  /** Where the person logs in. */
  authorizationUrl: URL
  /** The answer that the browser brought to the loopback listener. */
  callback: Promise<URL>
  /** Reads a text that the person pasted as the answer. */
  readPasted(text: string): PastedAnswer
  /**
   * Checks an answer, whichever way it came, and exchanges its code.
   * @throws what openid-client throws, when the answer says no or fails a check, or the exchange fails; and
   * AuthcliError LOGIN_FAILED.
   */
  exchange(answer: URL): Promise<TokenSet>
  /** Shows a browser that came back how the login ended, and closes the listener. */
  close(outcome: 'done' | 'failed'): Promise<void>
}

/**
 * Begins a login with the authorization code flow: PKCE S256, `state`, `nonce` and a loopback redirect, all
 * fresh for each try. Sends nothing: the browser does.
 * @throws AuthcliError LOGIN_FAILED when no loopback address can be listened on.
 * @see OAuth 2.1 §4.1, RFC 7636, RFC 8252 §7.3, RFC 8707, RFC 9207, OpenID Connect Core §3.1
 */
export async function openAuthorizationCodeFlow(
  configuration: Configuration,
  request: AuthorizationRequest,
): Promise<AuthorizationCodeFlow> {
  const codeVerifier = randomPKCECodeVerifier()
  const codeChallenge = await calculatePKCECodeChallenge(codeVerifier)
  const state = randomState()
  const nonce = randomNonce()
  const { redirectUri, answer: callback, close } = await openLoopbackRedirect(state)
  const authorizationUrl = buildAuthorizationUrl(configuration, {
    redirect_uri: redirectUri,
    scope: request.scope,
    resource: request.resource,
    state,
    nonce,
    code_challenge: codeChallenge,
    code_challenge_method: 'S256',
    ...(request.provider !== undefined && { provider: request.provider }),
    // OpenID Connect Core §11: without it, a server must ignore offline_access.
    ...(request.scope.split(' ').includes('offline_access') && { prompt: 'consent' }),
  })
  const { takesCodeAlone } = request
  const { issuer } = request.server
  return {
    authorizationUrl,
    callback,
    readPasted: (text) =>
      readPastedAnswer(text, { authorizationUrl, redirectUri, state, issuer, takesCodeAlone }),
    async exchange(answer) {
      // Checks `iss`, then `state`, and only then looks for an error or the code (RFC 9207 §2.4); afterwards
      // the ID token's signature, issuer, audience, nonce and times.
      const response = await authorizationCodeGrant(
        configuration,
        answer,
        { pkceCodeVerifier: codeVerifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true },
        { resource: request.resource, ...deviceNameParameter(request) },
      )
      return readTokenSet(response)
    },
    close,
  }
}
