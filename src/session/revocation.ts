import { discoverAuthorizationServer } from '../discovery/discover.js'
import { openidConfiguration } from '../discovery/openid-configuration.js'
import { AuthcliError } from '../errors.js'
import { type Http, HttpError } from '../http.js'

/** What became of the wish to end a grant at the AuthService. */
export type RevocationOutcome =
  | 'revoked'
  /** It could not be reached, or can't answer right now. */
  | 'unreachable'
  | 'refused'
  /** It has no revocation endpoint. */
  | 'not-offered'
  /** There was no refresh token. */
  | 'nothing-to-revoke'

/**
 * Revokes a refresh token, and with it the grant that it belongs to. Never throws for what the network or the
 * AuthService does: the session is over here, whatever the outcome.
 * @see RFC 7009 §2
 */
export async function revokeRefreshToken(
  dependencies: { http: Http },
  options: { issuer: string; clientId: string; refreshToken: string },
): Promise<RevocationOutcome> {
  const { issuer, clientId, refreshToken } = options
  try {
    const server = await discoverAuthorizationServer(dependencies, issuer)
    if (server.metadata.revocation_endpoint === undefined) return 'not-offered'
    const configuration = await openidConfiguration(dependencies, server, clientId)
    const { tokenRevocation } = await import('openid-client')
    await tokenRevocation(configuration, refreshToken, { token_type_hint: 'refresh_token' })
    return 'revoked'
  } catch (error) {
    if (isTemporary(error)) return 'unreachable'
    if (error instanceof Error) return 'refused'
    throw error
  }
}

function isTemporary(error: unknown): boolean {
  if (error instanceof AuthcliError) return error.code === 'AUTH_SERVICE_UNREACHABLE'
  if (error instanceof HttpError) return true
  if (!(error instanceof Error)) return false
  if (error.cause instanceof Response) return error.cause.status >= 500 || error.cause.status === 429
  return isTemporary(error.cause)
}
