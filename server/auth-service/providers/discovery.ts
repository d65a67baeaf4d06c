import * as client from 'openid-client'
import { type Http, mayBeAsked } from '../http.js'
import { isLoopbackHost } from '../loopback.js'
import type { RegisteredProvider } from '../store/providers.js'
import { ProviderError } from './provider.js'
import { toProviderError } from './provider-error.js'

/** Signatures that only the provider can make, whatever its tokens and its metadata say. RFC 8725 §3.1, §3.2 */
const SIGNATURES = ['RS', 'PS', 'ES'].flatMap((family) => ['256', '384', '512'].map((size) => family + size))
export const SIGNING_ALGORITHMS: readonly string[] = [...SIGNATURES, 'EdDSA', 'Ed25519']

/** How far the clocks of a provider and of this machine may be apart. */
const CLOCK_TOLERANCE_SECONDS = 30

type Endpoint = 'authorization_endpoint' | 'token_endpoint' | 'jwks_uri' | 'userinfo_endpoint'

/** Whom to ask, and as whom. */
type Target = Pick<RegisteredProvider, 'issuer' | 'clientId'>

/**
 * Asks a provider what it is and where its endpoints are, and gives back what openid-client works with, narrowed to
 * what we take from a provider.
 * @throws ProviderError when it can't be asked, or answers with what we don't work with.
 * @see OpenID Connect Discovery 1.0 §4
 */
export async function discoverProvider(
  http: Http,
  target: Target,
  clientSecret: string,
): Promise<client.Configuration> {
  return configureProvider(http, target, clientSecret, await readMetadata(http, target))
}

/** What a provider says of itself, once it is known to be its own. @throws ProviderError */
export async function readMetadata(http: Http, { issuer, clientId }: Target): Promise<client.ServerMetadata> {
  const server = new URL(issuer)
  try {
    const found = await client.discovery(server, clientId, undefined, undefined, {
      execute: isLoopbackHost(server.hostname) ? [client.allowInsecureRequests] : [],
      [client.customFetch]: http.fetch,
    })
    const { supportsPKCE: _, ...metadata } = found.serverMetadata()
    refuseOtherIssuer(metadata, server)
    return metadata
  } catch (error) {
    throw toProviderError('discovery', error)
  }
}

/** @throws ProviderError where the metadata is not what we work with. */
export function configureProvider(
  http: Http,
  { issuer, clientId }: Target,
  clientSecret: string,
  metadata: client.ServerMetadata,
): client.Configuration {
  const isOnLoopback = isLoopbackHost(new URL(issuer).hostname)
  for (const endpoint of ['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const) {
    refuseEndpoint(metadata, endpoint, isOnLoopback)
  }
  if (metadata.userinfo_endpoint !== undefined) refuseEndpoint(metadata, 'userinfo_endpoint', isOnLoopback)
  const configuration = new client.Configuration(
    { ...metadata, id_token_signing_alg_values_supported: signingAlgorithms(metadata) },
    clientId,
    { client_secret: clientSecret, [client.clockTolerance]: CLOCK_TOLERANCE_SECONDS },
    clientAuthentication(metadata, clientSecret),
  )
  configuration[client.customFetch] = http.fetch
  if (isOnLoopback) client.allowInsecureRequests(configuration)
  client.enableNonRepudiationChecks(configuration)
  return configuration
}

// openid-client knows issuers that name many tenants at once. An identity has to have one issuer.
function refuseOtherIssuer(metadata: client.ServerMetadata, server: URL): void {
  if (URL.canParse(metadata.issuer) && new URL(metadata.issuer).href === server.href) return
  throw wrong('its metadata names another issuer')
}

/** Nor does anybody beyond this machine tell us to ask something on it. */
function refuseEndpoint(metadata: client.ServerMetadata, name: Endpoint, isOnLoopback: boolean): void {
  const value: unknown = metadata[name]
  if (typeof value !== 'string' || !URL.canParse(value)) throw wrong(`its metadata has no ${name}`)
  const url = new URL(value)
  const isTooNear = !isOnLoopback && isLoopbackHost(url.hostname)
  if (!mayBeAsked(url) || isTooNear) throw wrong(`its ${name} is not an https address`)
}

function signingAlgorithms({
  id_token_signing_alg_values_supported: offered,
}: client.ServerMetadata): string[] {
  // What everybody has to support. OpenID Connect Discovery §3
  const names: unknown = offered ?? ['RS256']
  const accepted = Array.isArray(names) ? SIGNING_ALGORITHMS.filter((name) => names.includes(name)) : []
  if (accepted.length > 0) return accepted
  throw wrong('it signs its ID tokens with no algorithm that we take')
}

function clientAuthentication(
  { token_endpoint_auth_methods_supported: offered }: client.ServerMetadata,
  clientSecret: string,
): client.ClientAuth {
  const methods: unknown = offered ?? ['client_secret_basic']
  if (Array.isArray(methods)) {
    // First: not every provider reads what Basic makes of a secret with a `-` or a `%` in it (RFC 6749 §2.3.1).
    if (methods.includes('client_secret_post')) return client.ClientSecretPost(clientSecret)
    if (methods.includes('client_secret_basic')) return client.ClientSecretBasic(clientSecret)
    // It says itself that anybody may exchange a code; nobody but us has the verifier that belongs to it.
    if (methods.includes('none')) return client.None()
  }
  throw wrong('it authenticates clients in no way that we know')
}

function wrong(reason: string): ProviderError {
  return new ProviderError('discovery', 'wrong', reason)
}
