import { parseScope } from '../../checks/scope.js'
import { OAuthError } from '../../oauth-error.js'
import { OperatorError } from '../../operator-error.js'
import type { DeviceScopes } from '../../store/clients.js'

/**
 * What an operator lets a client ask for on devices without a browser: the named scopes, or any without names.
 *
 * @throws OperatorError for names that are no scopes.
 */
export function deviceScopesOf(names: string | undefined): DeviceScopes {
  if (names === undefined) return 'any'
  try {
    return parseScope(names)
  } catch (error) {
    if (error instanceof OAuthError) throw new OperatorError(error.message)
    throw error
  }
}
