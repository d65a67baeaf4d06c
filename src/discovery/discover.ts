import { AuthcliError } from '../errors.js'
import type { Http } from '../http.js'
import { ask } from './ask.js'
import { parseBearerChallenge } from './challenge.js'
import { isHttpsOrLoopback, parseHttpsOrLoopbackUrl } from './https-or-loopback.js'
import { resourceMetadataUrl } from './resource-identifier.js'
import { fetchResourceMetadata } from './resource-metadata.js'
import { parseScope } from './scope.js'
import { fetchServerMetadata, type ServerMetadata } from './server-metadata.js'

/** An issuer whose metadata was fetched from its own well-known place and says the same issuer. */
export interface AuthorizationServer {
  issuer: string
  metadata: ServerMetadata
}

/** Everything that an API says about how to log in to it. */
export interface DiscoveredApi {
  /** The resource identifier: the address of the API in canonical form. */
  resource: string
  issuer: string
  /** What the API asked for in its 401, or else all that it offers; empty when it says neither. */
  scopes: string[]
  server: AuthorizationServer
}

/**
 * Finds the metadata of an authorization server from its issuer identifier.
 * @throws AuthcliError DISCOVERY_FAILED or AUTH_SERVICE_UNREACHABLE.
 * @see RFC 8414 §3
 */
export async function discoverAuthorizationServer(
  dependencies: { http: Http },
  issuer: string,
): Promise<AuthorizationServer> {
  const url = parseHttpsOrLoopbackUrl(issuer)
  if (!(url instanceof URL)) {
    throw new AuthcliError('DISCOVERY_FAILED', `the issuer ${issuer} ${url.problem}`)
  }
  if (issuer.includes('?')) throw new AuthcliError('DISCOVERY_FAILED', `the issuer ${issuer} holds a query`)
  return { issuer, metadata: await fetchServerMetadata(dependencies, issuer) }
}

/**
 * Finds out how to log in to an API, knowing nothing but its address: asks it for `firstPath` without a
 * token, reads where its 401 points, fetches the resource metadata from there (or from the place that
 * follows from the address, when the 401 names none of the same origin), and then the metadata of the
 * authorization server that it names.
 * @param api the resource identifier in canonical form
 * @param firstPath path below the API of something that needs a token
 * @throws AuthcliError DISCOVERY_FAILED, API_UNREACHABLE or AUTH_SERVICE_UNREACHABLE.
 * @see RFC 9728 §5
 */
export async function discoverFromApi(
  dependencies: { http: Http },
  api: string,
  firstPath: string,
): Promise<DiscoveredApi> {
  const firstUrl = new URL(`${api.replace(/\/$/, '')}/${firstPath}`)
  const refusal = await ask(dependencies.http, firstUrl, {
    service: 'the API',
    unreachable: 'API_UNREACHABLE',
  })
  const challenge =
    refusal.status === 401 ? parseBearerChallenge(refusal.headers['www-authenticate']) : undefined
  const url = sameOriginUrl(challenge?.resourceMetadata, api) ?? resourceMetadataUrl(api)

  const { issuer, scopesSupported } = await fetchResourceMetadata(dependencies, api, url)
  const server = await discoverAuthorizationServer(dependencies, issuer)
  const scopesAskedFor = challenge?.scope === undefined ? undefined : parseScope(challenge.scope)
  return { resource: api, issuer, scopes: scopesAskedFor ?? scopesSupported, server }
}

/**
 * What an API offers, as far as it says so: for a login at an issuer that the person named, where an API
 * that publishes nothing is no obstacle.
 * @param api the resource identifier in canonical form
 */
export async function scopesOfferedBy(dependencies: { http: Http }, api: string): Promise<string[]> {
  try {
    return (await fetchResourceMetadata(dependencies, api, resourceMetadataUrl(api))).scopesSupported
  } catch (error) {
    if (error instanceof AuthcliError) return []
    throw error
  }
}

/** A 401 may point only at its own origin: what speaks for the API must come from the API. */
function sameOriginUrl(text: string | undefined, api: string): URL | undefined {
  if (text === undefined || !URL.canParse(text)) return undefined
  const url = new URL(text)
  return isHttpsOrLoopback(url) && url.origin === new URL(api).origin ? url : undefined
}
