import { OAuthError } from '../oauth-error.js'
import type { DeviceScopes } from '../store/clients.js'

/**
 * What is left of the scopes that a device asks for: those that an operator lets its client have there. The token
 * response says what was granted.
 *
 * @throws OAuthError `invalid_scope` when nothing is left.
 * @see RFC 10027 §6.1 (limiting what a cross-device flow can give)
 */
export function deviceScopesOnly(
  scopes: readonly string[],
  allowed: Exclude<DeviceScopes, null>,
): readonly string[] {
  const left = allowed === 'any' ? scopes : scopes.filter((scope) => allowed.includes(scope))
  if (left.length === 0) {
    throw new OAuthError(
      'invalid_scope',
      'nothing that was asked for is given to this client on other devices',
    )
  }
  return left
}
