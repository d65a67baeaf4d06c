import type { FastifyInstance } from 'fastify'
import { audit } from '../audit.js'
import { authenticateClient } from '../checks/client-authentication.js'
import { refuseOtherGrantType } from '../checks/grant-type.js'
import type { Context } from '../context.js'
import { ENDPOINT_PATHS } from '../endpoint-urls.js'
import { readForm } from '../form-requests.js'
import { authorizationCodeGrant } from '../grants/authorization-code.js'
import { clientCredentialsGrant } from '../grants/client-credentials.js'
import { DEVICE_CODE_GRANT_TYPE, deviceCodeGrant } from '../grants/device-code.js'
import { refreshTokenGrant } from '../grants/refresh-token.js'
import { OAuthError, type OAuthErrorCode } from '../oauth-error.js'

// A map and not an object: `grant_type=constructor` must find nothing.
const GRANTS = new Map([
  ['authorization_code', authorizationCodeGrant],
  ['refresh_token', refreshTokenGrant],
  [DEVICE_CODE_GRANT_TYPE, deviceCodeGrant],
  ['client_credentials', clientCredentialsGrant],
])

/** What a device that waits for its person hears every few seconds: nothing that an audit needs. */
const WAITING: readonly OAuthErrorCode[] = ['authorization_pending', 'slow_down']

/**
 * Answers grants with tokens.
 * @see RFC 6749 §3.2
 */
export function tokenEndpoint(app: FastifyInstance, context: Context): void {
  app.post(ENDPOINT_PATHS.token, async (request) => {
    const { log } = request
    const parameters = readForm(request)
    const client = await authenticateClient(context, request, parameters)
    const grantType = parameters.get('grant_type')
    if (grantType === undefined) throw new OAuthError('invalid_request', 'grant_type is missing')
    const grant = GRANTS.get(grantType)
    if (grant === undefined) throw new OAuthError('unsupported_grant_type', 'this grant_type is not offered')
    try {
      refuseOtherGrantType(client, grantType)
      return await grant(context, { client, parameters, source: request.ip, log })
    } catch (error) {
      if (error instanceof OAuthError && !WAITING.includes(error.code)) {
        const event = grantType === 'refresh_token' ? 'refresh-refused' : 'token-refused'
        audit(log, event, { clientId: client.id, ...error.names, reason: error.reason })
      }
      throw error
    }
  })
}
