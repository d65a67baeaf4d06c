import type { TokenEndpointResponse, TokenEndpointResponseHelpers } from 'openid-client'
import { parseScope } from '../discovery/scope.js'
import { AuthcliError } from '../errors.js'
import { BEARER_TOKEN, REFRESH_TOKEN } from '../session/token-syntax.js'

/** What a successful token response holds, in our spelling, after openid-client's checks and ours. */
export interface TokenSet {
  accessToken: string
  /** From the receipt of the response; any number that a server thinks of. */
  expiresInSeconds?: number
  refreshToken?: string
  /** The granted scope, where the server named it. */
  scope?: string
  /** The claims of the ID token, whose signature, issuer, audience, nonce and times were checked. */
  idTokenClaims: Readonly<Record<string, unknown>>
}

/**
 * Translates a token response. Only what can be sent and stored as it is gets through.
 * @throws AuthcliError LOGIN_FAILED for another token type, or a token of characters that none may have.
 * @see RFC 6749 §5.1
 */
export function readTokenSet(response: TokenEndpointResponse & TokenEndpointResponseHelpers): TokenSet {
  const { access_token: accessToken, refresh_token: refreshToken } = response
  const idTokenClaims = response.claims()
  if (response.token_type.toLowerCase() !== 'bearer') throw refused('a token that is no bearer token')
  if (!BEARER_TOKEN.test(accessToken)) throw refused('an access token that no header can carry')
  if (refreshToken !== undefined && !REFRESH_TOKEN.test(refreshToken)) {
    throw refused('a refresh token with characters that none may have')
  }
  if (idTokenClaims === undefined) throw refused('no ID token')
  const scopes = response.scope === undefined ? undefined : parseScope(response.scope)
  if (response.scope !== undefined && scopes === undefined) throw refused('a malformed scope')
  return {
    accessToken,
    ...(response.expires_in !== undefined && { expiresInSeconds: response.expires_in }),
    ...(refreshToken !== undefined && { refreshToken }),
    ...(scopes !== undefined && { scope: scopes.join(' ') }),
    idTokenClaims: { ...idTokenClaims },
  }
}

function refused(what: string): AuthcliError {
  return new AuthcliError('LOGIN_FAILED', `the AuthService sent ${what}`)
}
