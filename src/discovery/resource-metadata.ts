import type { Http } from '../http.js'
import { isLoopback, parseHttpsOrLoopbackUrl } from './https-or-loopback.js'
import { discoveryFailed, fetchMetadataDocument, type MetadataRequest, quote } from './metadata-document.js'
import { canonicalResource } from './resource-identifier.js'
import { isScopeToken } from './scope.js'

/** The part of a protected resource's metadata that authcli uses, checked. */
export interface ResourceMetadata {
  /** In canonical form; equal to the one that was asked for. */
  resource: string
  /** The first authorization server that the resource names. */
  issuer: string
  /** Empty when the resource does not say. */
  scopesSupported: string[]
}

/** More scopes than any page could ask a person about. */
const MAX_SCOPES = 100

/**
 * Fetches and checks the metadata of a protected resource.
 * @param resource in canonical form
 * @param url where the metadata is
 * @throws AuthcliError DISCOVERY_FAILED when the document is missing, malformed, or speaks for another
 * resource; API_UNREACHABLE when there is no answer.
 * @see RFC 9728 §3.2, §3.3
 */
export async function fetchResourceMetadata(
  dependencies: { http: Http },
  resource: string,
  url: URL,
): Promise<ResourceMetadata> {
  const request: MetadataRequest = {
    url,
    document: 'the resource metadata',
    service: 'the API',
    unreachable: 'API_UNREACHABLE',
  }
  const answer = await fetchMetadataDocument(dependencies, request)
  if ('problem' in answer) {
    const hint = 'check the address of the API; if it publishes no metadata, add `--issuer URL`'
    throw discoveryFailed(request, answer.problem, hint)
  }
  checkResource(request, resource, answer.document['resource'])
  const scopes: unknown = answer.document['scopes_supported']
  return {
    resource,
    issuer: readIssuer(request, resource, answer.document['authorization_servers']),
    scopesSupported: Array.isArray(scopes) ? scopes.filter(isScopeToken).slice(0, MAX_SCOPES) : [],
  }
}

function checkResource(request: MetadataRequest, resource: string, claimed: unknown): void {
  const canonical = canonicalResource(claimed)
  if (canonical === resource) return
  const isNeighbour = typeof canonical === 'string' && new URL(canonical).origin === new URL(resource).origin
  throw discoveryFailed(
    request,
    `speaks for the resource ${quote(claimed)}, not for ${resource}`,
    isNeighbour ? `if that is the API you mean, give \`--api ${canonical}\`` : undefined,
  )
}

function readIssuer(request: MetadataRequest, resource: string, servers: unknown): string {
  const issuer: unknown = Array.isArray(servers) ? servers[0] : undefined
  if (issuer === undefined) {
    throw discoveryFailed(request, 'names no authorization server', 'name one with `--issuer URL`')
  }
  const url = parseHttpsOrLoopbackUrl(issuer)
  const named = `names the authorization server ${quote(issuer)}`
  if (!(url instanceof URL)) throw discoveryFailed(request, `${named}, which ${url.problem}`)
  // A remote API has no business sending people to the ports of their own computer.
  if (url.protocol === 'http:' && !isLoopback(new URL(resource))) {
    throw discoveryFailed(request, `${named}, which is not https`)
  }
  return String(issuer)
}
