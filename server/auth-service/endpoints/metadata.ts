import type { FastifyInstance } from 'fastify'
import { OWN_SCOPES } from '../checks/scope.js'
import type { Context } from '../context.js'
import { endpointUrl } from '../endpoint-urls.js'
import { DEVICE_CODE_GRANT_TYPE } from '../grants/device-code.js'

const MAX_AGE_SECONDS = 300

/**
 * One document about this AuthService under every well-known name: RFC 8414, which puts the name between host and
 * path of the issuer, and OpenID Connect Discovery, which appends it. An issuer without a path has two such URLs, one
 * with a path four.
 *
 * @param app the application at the root of the host, whatever the issuer's path.
 * @see RFC 8414 §3 and §5; OpenID Connect Discovery 1.0 §4
 */
export function metadataEndpoint(app: FastifyInstance, { settings }: Context): void {
  const document = JSON.stringify(authorizationServerMetadata(settings.issuer))
  for (const path of metadataPaths(settings.issuer)) {
    app.get(path, async (_request, reply) =>
      reply
        .header('cache-control', `public, max-age=${MAX_AGE_SECONDS}`)
        .type('application/json; charset=utf-8')
        .send(document),
    )
  }
}

/** What the AuthService says about itself. Wire names: RFC 8414 §2 and the registry that it founded. */
function authorizationServerMetadata(issuer: string) {
  const clientAuthentication = ['none', 'client_secret_basic', 'client_secret_post']
  return {
    issuer,
    authorization_endpoint: endpointUrl(issuer, 'authorization'),
    token_endpoint: endpointUrl(issuer, 'token'),
    device_authorization_endpoint: endpointUrl(issuer, 'deviceAuthorization'),
    jwks_uri: endpointUrl(issuer, 'jwks'),
    userinfo_endpoint: endpointUrl(issuer, 'userinfo'),
    introspection_endpoint: endpointUrl(issuer, 'introspection'),
    revocation_endpoint: endpointUrl(issuer, 'revocation'),
    end_session_endpoint: endpointUrl(issuer, 'endSession'),
    scopes_supported: [...OWN_SCOPES],
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: [
      'authorization_code',
      'refresh_token',
      'client_credentials',
      DEVICE_CODE_GRANT_TYPE,
    ],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: clientAuthentication,
    revocation_endpoint_auth_methods_supported: clientAuthentication,
    introspection_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    authorization_response_iss_parameter_supported: true,
    // No standard: `device_name` in a token request is what the person sees among their logins.
    device_name_parameter_supported: true,
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['ES256', 'RS256'],
    claims_supported: [
      'sub',
      'iss',
      'aud',
      'exp',
      'iat',
      'auth_time',
      'nonce',
      'name',
      'preferred_username',
      'email',
    ],
    prompt_values_supported: ['none', 'login', 'consent', 'select_account'],
    claims_parameter_supported: false,
    request_parameter_supported: false,
    // Its default is true, unlike that of the others (OpenID Connect Discovery §3).
    request_uri_parameter_supported: false,
  }
}

function metadataPaths(issuer: string): string[] {
  const { pathname } = new URL(issuer)
  const path = pathname === '/' ? '' : pathname
  const names = ['/.well-known/oauth-authorization-server', '/.well-known/openid-configuration']
  return [...new Set(names.flatMap((name) => [name + path, path + name]))]
}
