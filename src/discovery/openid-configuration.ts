import type { Configuration } from 'openid-client'
import { type Http, toFetch } from '../http.js'
import type { AuthorizationServer } from './discover.js'

/**
 * What openid-client needs to speak with an authorization server as a public client, or as one with a
 * secret: the checked metadata and our HTTP client. openid-client is loaded here, when a login, refresh or revocation really happens.
 *
 * Three of its defaults are changed. It checks the signature of an ID token only when told to: it is told
 * to. It refuses every `http` URL: it may use them where the issuer is on loopback, because discovery has
 * then let no endpoint through that is not on loopback too. And it has a time limit of its own, which is
 * off: our HTTP client's says why it ended a request.
 */
export async function openidConfiguration(
  dependencies: { http: Http },
  server: AuthorizationServer,
  clientId: string,
  clientSecret?: string,
): Promise<Configuration> {
  const client = await import('openid-client')
  // RFC 6749 §2.3.1: the way that every server has to take.
  const authentication = clientSecret === undefined ? client.None() : client.ClientSecretBasic(clientSecret)
  const configuration = new client.Configuration({ ...server.metadata }, clientId, undefined, authentication)
  configuration[client.customFetch] = toFetch(dependencies.http)
  configuration.timeout = 0
  client.enableNonRepudiationChecks(configuration)
  if (new URL(server.issuer).protocol === 'http:') client.allowInsecureRequests(configuration)
  return configuration
}
