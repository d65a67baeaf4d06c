import type { ClientAccess } from '../store/client-access.js'
import type { ClientAccessTokenClaims } from '../tokens/access-token.js'

/**
 * Why a token that a client got for itself is over before its time, in words for the log; undefined while it is not.
 * It ends with what an operator registered: a client that is removed, or registered anew under the same id, or whose
 * resource is removed, leaves no token behind that counts.
 *
 * @param access what the client is registered for today.
 */
export function whyClientAccessEnded(
  access: ClientAccess | undefined,
  claims: Pick<ClientAccessTokenClaims, 'sub' | 'client_id' | 'aud' | 'iat'>,
): string | undefined {
  if (claims.sub !== claims.client_id) return 'the token is of a client, and names somebody else'
  if (access === undefined) return 'the client may do nothing for itself any more'
  if (access.resource !== claims.aud) return 'the client is registered for another resource now'
  // `iat` is a whole second, and the registration may have been in the middle of it.
  if ((claims.iat + 1) * 1000 <= access.createdAt)
    return 'the client was registered after the token was issued'
  return undefined
}
