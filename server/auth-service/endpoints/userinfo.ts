import type { FastifyInstance, FastifyRequest } from 'fastify'
import { checkAccessToken } from '../checks/access-token.js'
import { readParameters } from '../checks/request-parameters.js'
import { hasScope } from '../checks/scope.js'
import type { Context } from '../context.js'
import { ENDPOINT_PATHS, endpointUrl } from '../endpoint-urls.js'
import { formOf } from '../form-requests.js'
import { OAuthError } from '../oauth-error.js'
import { userClaims } from '../tokens/user-claims.js'

/**
 * Tells a client about the person whose access token it holds: what the scopes `profile` and `email` allow. The token
 * comes in the `Authorization` header or in a form, never in the URL, and must be for this endpoint.
 *
 * @see OpenID Connect Core §5.3; RFC 6750 §2 and §3
 */
export function userinfoEndpoint(app: FastifyInstance, context: Context): void {
  const audience = endpointUrl(context.settings.issuer, 'userinfo')

  app.route({
    method: ['GET', 'POST'],
    url: ENDPOINT_PATHS.userinfo,
    handler: async (request) => {
      const checked = await checkAccessToken(context, bearerTokenOf(request), audience)
      if ('refused' in checked) {
        throw challenge('invalid_token', 'the access token is invalid, expired or revoked', {
          statusCode: 401,
          reason: checked.refused,
        })
      }
      const { account } = checked
      if (account === undefined) {
        const description = 'the access token stands for no person'
        throw challenge('invalid_token', description, { statusCode: 401 })
      }
      const { scope } = checked.claims
      if (!hasScope(scope, 'openid')) {
        const description = 'the access token lacks the scope openid'
        throw challenge('insufficient_scope', description, { statusCode: 403, scope: 'openid' })
      }
      return userClaims(account, scope)
    },
  })
}

/**
 * @throws OAuthError 401 with a bare challenge when there is no token, `invalid_request` when there are two.
 * @see RFC 6750 §2.1, §2.2, §3.1
 */
function bearerTokenOf(request: FastifyRequest): string {
  const { authorization } = request.headers
  const form = readParameters(formOf(request))
  const inForm = form.get('access_token')
  if (form.repeated.includes('access_token') || (authorization !== undefined && inForm !== undefined)) {
    throw challenge('invalid_request', 'send the access token once', { statusCode: 400 })
  }
  if (inForm !== undefined) return inForm
  const [, inHeader] = /^bearer +(\S+)$/i.exec(authorization ?? '') ?? []
  if (inHeader !== undefined) return inHeader
  throw new OAuthError('invalid_token', 'an access token is needed', {
    statusCode: 401,
    headers: { 'www-authenticate': REALM },
  })
}

const REALM = 'Bearer realm="userinfo"'

function challenge(
  code: 'invalid_request' | 'invalid_token' | 'insufficient_scope',
  description: string,
  { statusCode, reason = description, scope }: { statusCode: number; reason?: string; scope?: string },
): OAuthError {
  const parameters = [REALM, `error="${code}"`, `error_description="${description}"`]
  if (scope !== undefined) parameters.push(`scope="${scope}"`)
  return new OAuthError(code, description, {
    statusCode,
    reason,
    headers: { 'www-authenticate': parameters.join(', ') },
  })
}
