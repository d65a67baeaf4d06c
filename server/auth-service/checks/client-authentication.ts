import type { FastifyRequest } from 'fastify'
import type { Context } from '../context.js'
import { type Client, findClient } from '../store/clients.js'
import { findResourceByClientId, type Resource } from '../store/resources.js'
import { isClientSecret } from '../tokens/client-secrets.js'
import {
  type ClientCredentials,
  clientAuthenticationFailed,
  readClientCredentials,
} from './client-credentials.js'
import type { RequestParameters } from './request-parameters.js'

/**
 * The client that sent this request. A confidential one has proven it with its secret; a public one has only said so,
 * which authenticates nothing.
 *
 * @throws OAuthError `invalid_client`, `invalid_request`
 * @see RFC 6749 §2.3, §3.2.1
 */
export async function authenticateClient(
  context: Context,
  request: FastifyRequest,
  parameters: RequestParameters,
): Promise<Client> {
  const credentials = readClientCredentials(request.headers.authorization, parameters)
  const client = await findClient(context.store.read, credentials.clientId)
  if (client === undefined) throw clientAuthenticationFailed(credentials.method, 'there is no such client')
  if (client.secretHash !== null) refuseWrongSecret(context, credentials, client.secretHash)
  else if (credentials.method !== 'none') {
    throw clientAuthenticationFailed(credentials.method, 'a public client has no secret')
  }
  return client
}

/**
 * The protected resource that sent this request, proven by its secret.
 *
 * @throws OAuthError `invalid_client`, `invalid_request`
 * @see RFC 7662 §2.1
 */
export async function authenticateResource(
  context: Context,
  request: FastifyRequest,
  parameters: RequestParameters,
): Promise<Resource> {
  const credentials = readClientCredentials(request.headers.authorization, parameters)
  const resource = await findResourceByClientId(context.store.read, credentials.clientId)
  if (resource === undefined)
    throw clientAuthenticationFailed(credentials.method, 'there is no such resource')
  refuseWrongSecret(context, credentials, resource.introspectionSecretHash)
  return resource
}

function refuseWrongSecret({ settings }: Context, credentials: ClientCredentials, secretHash: string): void {
  if (credentials.method === 'none') throw clientAuthenticationFailed('none', 'the secret is missing')
  if (!isClientSecret(settings.secret, secretHash, credentials.clientSecret)) {
    throw clientAuthenticationFailed(credentials.method, 'the secret is wrong')
  }
}
