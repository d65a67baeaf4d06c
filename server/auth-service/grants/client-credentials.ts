import { audit } from '../audit.js'
import { requestedResource } from '../checks/resource.js'
import { narrowedScope, offeredScope } from '../checks/scope.js'
import type { Context } from '../context.js'
import { OAuthError } from '../oauth-error.js'
import { findClientAccess } from '../store/client-access.js'
import { findResource } from '../store/resources.js'
import { issueClientAccessToken } from '../tokens/access-token.js'
import type { TokenRequest } from './token-request.js'
import type { TokenResponse } from './token-response.js'

/**
 * Answers a service that has proven who it is with an access token for itself: for the resource and within the scope
 * that an operator registered, and nothing else. No person stands behind it, so there is no ID token; and whoever holds
 * the secret can ask again, so there is no refresh token.
 *
 * @throws OAuthError `invalid_target` for another resource, `invalid_scope` for more scope
 * @see RFC 6749 §4.4
 */
export async function clientCredentialsGrant(
  context: Context,
  { client, parameters, log }: TokenRequest,
): Promise<TokenResponse> {
  const { store } = context
  const access = await findClientAccess(store.read, client.id)
  const resource = access && (await findResource(store.read, access.resource))
  if (access === undefined || resource === undefined) {
    throw new OAuthError('invalid_target', 'the resource of this client is registered no more')
  }
  const named = requestedResource(parameters.resources)
  if (named !== null && named !== resource.url) {
    throw new OAuthError('invalid_target', 'the client is registered for another resource')
  }
  const wanted = narrowedScope(parameters.get('scope'), access.scope)
  const scope = offeredScope(wanted, resource.scopes)
  if (scope === '') throw new OAuthError('invalid_scope', 'nothing of this scope is offered any more')

  audit(log, 'token-issued', { clientId: client.id, scope, resource: resource.url })
  const { accessToken, expiresInSeconds } = issueClientAccessToken(context, {
    clientId: client.id,
    resource: resource.url,
    scope,
  })
  return { access_token: accessToken, token_type: 'Bearer', expires_in: expiresInSeconds, scope }
}
