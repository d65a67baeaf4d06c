import type { Http } from '../http.js'
import { parseHttpsOrLoopbackUrl } from './https-or-loopback.js'
import { discoveryFailed, fetchMetadataDocument, type MetadataRequest, quote } from './metadata-document.js'
import { isScopeToken } from './scope.js'

/**
 * The part of an authorization server's metadata that authcli uses, in wire spelling. Every endpoint was
 * checked: `https`, or loopback where the issuer itself is on loopback. Nothing unchecked is in it.
 * @see RFC 8414 §2, RFC 8628 §4, OpenID Connect Discovery §3
 */
export interface ServerMetadata {
  issuer: string
  authorization_endpoint: string
  token_endpoint: string
  jwks_uri: string
  revocation_endpoint?: string
  device_authorization_endpoint?: string
  end_session_endpoint?: string
  scopes_supported?: string[]
  id_token_signing_alg_values_supported?: string[]
  code_challenge_methods_supported: string[]
  authorization_response_iss_parameter_supported?: boolean
  /** Of our AuthService, and no standard: whether token requests may say what the device is called. */
  device_name_parameter_supported?: boolean
}

/**
 * The places where an issuer's metadata can be: the OAuth path inserted between host and path, the OpenID
 * path inserted, and the OpenID path appended. For an issuer without a path the last two are one.
 * @see RFC 8414 §3.1 and §5, OpenID Connect Discovery §4.1
 */
function serverMetadataUrls(issuer: string): URL[] {
  const { origin, pathname } = new URL(issuer)
  const path = pathname.replace(/\/$/, '')
  const places = [
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${origin}/.well-known/openid-configuration${path}`,
    `${origin}${path}/.well-known/openid-configuration`,
  ]
  return [...new Set(places)].map((place) => new URL(place))
}

/**
 * Fetches and checks the metadata of an issuer: the first of its well-known places that holds a JSON
 * document decides.
 * @throws AuthcliError DISCOVERY_FAILED when there is no document, or the one there speaks for another
 * issuer, misses an endpoint, or offers no S256; AUTH_SERVICE_UNREACHABLE when there is no answer.
 * @see RFC 8414 §3.3
 */
export async function fetchServerMetadata(
  dependencies: { http: Http },
  issuer: string,
): Promise<ServerMetadata> {
  const problems: string[] = []
  for (const url of serverMetadataUrls(issuer)) {
    const request: MetadataRequest = {
      url,
      document: 'the server metadata',
      service: 'the AuthService',
      unreachable: 'AUTH_SERVICE_UNREACHABLE',
    }
    const answer = await fetchMetadataDocument(dependencies, request)
    if ('document' in answer) return checkServerMetadata(request, issuer, answer.document)
    problems.push(`${url.pathname} ${answer.problem}`)
  }
  throw discoveryFailed(
    { url: new URL(issuer), document: 'the server metadata' },
    `can't be used: ${problems.join('; ')}`,
    'check the address of the AuthService',
  )
}

function checkServerMetadata(
  request: MetadataRequest,
  issuer: string,
  document: Record<string, unknown>,
): ServerMetadata {
  const fail = (problem: string, hint?: string) => discoveryFailed(request, problem, hint)

  if (document['issuer'] !== issuer) {
    throw fail(`speaks for the issuer ${quote(document['issuer'])}, not for ${quote(issuer)}`)
  }
  const mayUseHttp = new URL(issuer).protocol === 'http:'
  const optionalEndpoint = (name: string): string | undefined => {
    const value = document[name]
    if (value === undefined || value === null) return undefined
    const url = parseHttpsOrLoopbackUrl(value)
    if (!(url instanceof URL)) throw fail(`has the ${name} ${quote(value)}, which ${url.problem}`)
    if (url.protocol === 'http:' && !mayUseHttp) {
      throw fail(`has the ${name} ${quote(value)}, which is not https`)
    }
    return url.href
  }
  const endpoint = (name: string): string => {
    const url = optionalEndpoint(name)
    if (url === undefined) throw fail(`has no ${name}`)
    return url
  }

  const codeChallengeMethods = textsOf(document['code_challenge_methods_supported'])
  if (codeChallengeMethods?.includes('S256') !== true) {
    throw fail('does not offer PKCE with S256, which authcli needs')
  }
  const responseTypes = document['response_types_supported']
  if (responseTypes !== undefined && textsOf(responseTypes)?.includes('code') !== true) {
    throw fail('does not offer the authorization code flow')
  }
  const revocationEndpoint = optionalEndpoint('revocation_endpoint')
  const deviceAuthorizationEndpoint = optionalEndpoint('device_authorization_endpoint')
  const endSessionEndpoint = optionalEndpoint('end_session_endpoint')
  const scopes = textsOf(document['scopes_supported'])?.filter(isScopeToken)
  const algorithms = textsOf(document['id_token_signing_alg_values_supported'])
  return {
    issuer,
    authorization_endpoint: endpoint('authorization_endpoint'),
    token_endpoint: endpoint('token_endpoint'),
    jwks_uri: endpoint('jwks_uri'),
    ...(revocationEndpoint !== undefined && { revocation_endpoint: revocationEndpoint }),
    ...(deviceAuthorizationEndpoint !== undefined && {
      device_authorization_endpoint: deviceAuthorizationEndpoint,
    }),
    ...(endSessionEndpoint !== undefined && { end_session_endpoint: endSessionEndpoint }),
    ...(scopes !== undefined && { scopes_supported: scopes }),
    ...(algorithms !== undefined && { id_token_signing_alg_values_supported: algorithms }),
    code_challenge_methods_supported: codeChallengeMethods,
    ...(document['authorization_response_iss_parameter_supported'] === true && {
      authorization_response_iss_parameter_supported: true,
    }),
    ...(document['device_name_parameter_supported'] === true && { device_name_parameter_supported: true }),
  }
}

function textsOf(value: unknown): string[] | undefined {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string') ? value : undefined
}
