import type { Configuration } from 'openid-client'
import type { Http } from '../http.js'
import type { RegisteredProvider } from '../store/providers.js'
import { decryptProviderSecret } from './client-secret.js'
import { type OpenProvider, type Provider, ProviderError } from './provider.js'

export interface ProviderDependencies {
  http: Http
  /** That of the server, under which the secrets of the providers are encrypted. */
  secret: Uint8Array
  /** Epoch milliseconds. */
  now: () => number
}

/** For how long a provider's metadata counts; its keys are asked for anew more often, by openid-client. */
const METADATA_MAX_AGE_MS = 60 * 60_000
/** More providers than any sign-in page can show. */
const MAX_KNOWN = 100

interface Known {
  configuration: Promise<Configuration>
  askedAt: number
}

/**
 * Makes what opens providers. What a provider says of itself is asked for when it is first needed, once for all who
 * wait, and kept for an hour. openid-client and undici are loaded then too.
 */
export function createOpenProvider({ http, secret, now }: ProviderDependencies): OpenProvider {
  const known = new Map<string, Known>()

  function configurationOf(registered: RegisteredProvider): Promise<Configuration> {
    const { name, issuer, clientId, encryptedSecret } = registered
    const key = JSON.stringify([name, issuer, clientId, encryptedSecret])
    const found = known.get(key)
    if (found !== undefined && now() - found.askedAt < METADATA_MAX_AGE_MS) return found.configuration
    const configuration = discover(registered)
    const entry = { configuration, askedAt: now() }
    known.delete(key)
    known.set(key, entry)
    for (const [oldest] of known) if (known.size > MAX_KNOWN) known.delete(oldest)
    // A failure is nobody's metadata: whoever comes next asks again.
    configuration.catch(() => known.get(key) === entry && known.delete(key))
    return configuration
  }

  async function discover(registered: RegisteredProvider): Promise<Configuration> {
    const clientSecret = secretOf(registered)
    const { discoverProvider } = await import('./discovery.js')
    return discoverProvider(http, registered, clientSecret)
  }

  function secretOf(registered: RegisteredProvider): string {
    try {
      return decryptProviderSecret(secret, registered)
    } catch (error) {
      throw new ProviderError('discovery', 'wrong', 'its client secret can not be decrypted', error)
    }
  }

  async function load(registered: RegisteredProvider): Promise<Provider> {
    if (registered.kind === 'github') {
      const { gitHubProvider } = await import('./github.js')
      return gitHubProvider({ http, clientSecret: secretOf(registered) }, registered)
    }
    const { openIdConnectProvider } = await import('./open-id-connect.js')
    return openIdConnectProvider({ configuration: () => configurationOf(registered), now }, registered)
  }

  return (registered) => ({
    authorizationUrl: async (request) => (await load(registered)).authorizationUrl(request),
    identify: async (request, callback) => (await load(registered)).identify(request, callback),
  })
}
