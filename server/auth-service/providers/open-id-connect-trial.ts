import type * as client from 'openid-client'
import type { Http } from '../http.js'
import type { RegisteredProvider } from '../store/providers.js'
import { configureProvider, readMetadata, SIGNING_ALGORITHMS } from './discovery.js'
import { authorizationUrl } from './open-id-connect.js'
import {
  authorizationTrial,
  clientTrial,
  failed,
  nameTrial,
  type Seen,
  type Trial,
} from './provider-trial.js'

export interface TrialDependencies {
  http: Http
  clientSecret: string
  /** What is registered at the provider, or should be. */
  redirectUri: string
}

/** The way to an OpenID Connect provider, as far as it goes without a person. */
export function openIdConnectTrials(
  { http, clientSecret, redirectUri }: TrialDependencies,
  registered: RegisteredProvider,
): Trial[] {
  const { issuer, scope } = registered
  const metadata = once(() => readMetadata(http, registered))
  const configuration = once(async () => configureProvider(http, registered, clientSecret, await metadata()))
  const request = { redirectUri, state: 's', nonce: 'n', codeVerifier: 'v'.repeat(43), isFresh: false }
  return [
    nameTrial(issuer),
    {
      step: 'discovery',
      hint: `${issuer}/.well-known/openid-configuration has to be there, and to name this very issuer`,
      run: async () => ({ detail: `${(await metadata()).issuer} says where its endpoints are` }),
    },
    {
      step: 'metadata',
      hint: 'whoever runs the provider has to change what it says of itself',
      run: async () => seenIn(await metadata(), await configuration(), scope),
    },
    {
      step: 'keys',
      hint: 'whoever runs the provider has to publish a key that its ID tokens are signed with',
      run: async () => seenKeys(http, (await metadata()).jwks_uri ?? ''),
    },
    clientTrial(configuration, redirectUri),
    authorizationTrial(
      http,
      async () => authorizationUrl(await configuration(), scope, { ...request, startedAt: 0 }),
      redirectUri,
    ),
  ]
}

function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined
  return () => {
    answer ??= ask()
    return answer
  }
}

function seenIn(
  { code_challenge_methods_supported: challenges, scopes_supported: scopes }: client.ServerMetadata,
  configuration: client.Configuration,
  scope: string,
): Seen {
  const algorithms = configuration.serverMetadata().id_token_signing_alg_values_supported ?? []
  const signs = `its ID tokens are signed with ${algorithms.join(', ')}`
  const missing = Array.isArray(scopes) ? scope.split(' ').filter((name) => !scopes.includes(name)) : []
  if (missing.length > 0) {
    return {
      detail: `${signs}; it does not say that it knows the scope ${missing.join(' ')}`,
      isUnclear: true,
    }
  }
  const knowsChallenge = Array.isArray(challenges) && challenges.includes('S256')
  return { detail: `${signs}${knowsChallenge ? '' : '; it does not say that it looks at PKCE'}` }
}

async function seenKeys(http: Http, address: string): Promise<Seen> {
  const response = await http.fetch(address, { method: 'GET', headers: { accept: 'application/json' } })
  if (response.status !== 200) throw failed(`its jwks_uri answered with the status ${response.status}`)
  const keys = keysOf(await response.json().catch(() => undefined))
  const usable = keys.filter(isUsable).length
  if (usable === 0) throw failed('its jwks_uri has no key that we can check a signature with')
  return { detail: `it publishes ${usable} ${usable === 1 ? 'key' : 'keys'}` }
}

function keysOf(body: unknown): unknown[] {
  const hasKeys = typeof body === 'object' && body !== null && 'keys' in body && Array.isArray(body.keys)
  return hasKeys ? (body.keys as unknown[]) : []
}

function isUsable(key: unknown): boolean {
  if (typeof key !== 'object' || key === null || !('kty' in key)) return false
  if ('use' in key && key.use !== 'sig') return false
  const alg = 'alg' in key ? key.alg : undefined
  return (
    ['RSA', 'EC', 'OKP'].includes(String(key.kty)) &&
    (alg === undefined || SIGNING_ALGORITHMS.includes(String(alg)))
  )
}
