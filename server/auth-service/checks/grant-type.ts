import { OAuthError } from '../oauth-error.js'
import type { Client } from '../store/clients.js'

/**
 * A service acts for itself and for nobody else; everybody else acts for a person and never for itself. Least of all a
 * public client, which can prove nothing.
 *
 * @throws OAuthError `unauthorized_client`
 * @see RFC 6749 §4.4 and §5.2
 */
export function refuseOtherGrantType(client: Pick<Client, 'kind' | 'secretHash'>, grantType: string): void {
  const isForItself = grantType === 'client_credentials'
  const isService = client.kind === 'service' && client.secretHash !== null
  if (isForItself === isService) return
  throw new OAuthError('unauthorized_client', 'the client is not registered for this grant_type')
}
