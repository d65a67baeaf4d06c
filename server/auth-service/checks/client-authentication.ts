import type { FastifyRequest } from 'fastify'
import type { Context } from '../context.js'
import { OAuthError } from '../oauth-error.js'
import { type Client, findClient } from '../store/clients.js'
import { findResourceByClientId, type Resource } from '../store/resources.js'
import { isClientSecret } from '../tokens/client-secrets.js'
import {
  type ClientCredentials,
  clientAuthenticationFailed,
  readClientCredentials,
} from './client-credentials.js'
import { countWrongSecret } from './client-guessing.js'
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
  const credentials = readClientCredentials(authorizationOf(request), parameters)
  const client = await findClient(context.store.read, credentials.clientId)
  if (client === undefined) return refuse(context, request, credentials, 'there is no such client')
  const reason = whyNotProven(context, credentials, client.secretHash)
  return reason === undefined ? client : refuse(context, request, credentials, reason)
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
  const credentials = readClientCredentials(authorizationOf(request), parameters)
  const resource = await findResourceByClientId(context.store.read, credentials.clientId)
  if (resource === undefined) return refuse(context, request, credentials, 'there is no such resource')
  const reason = whyNotProven(context, credentials, resource.introspectionSecretHash)
  return reason === undefined ? resource : refuse(context, request, credentials, reason)
}

/**
 * The `Authorization` header. Of two, Node would keep the first, and a proxy before us may have looked at the other.
 *
 * @throws OAuthError `invalid_request` when there are two.
 */
function authorizationOf({ headers, raw }: FastifyRequest): string | undefined {
  const names = raw.rawHeaders.filter((_, at) => at % 2 === 0)
  if (names.filter((name) => name.toLowerCase() === 'authorization').length > 1) {
    throw new OAuthError('invalid_request', 'more than one Authorization header')
  }
  return headers.authorization
}

/** Why the credentials don't prove who sent them, in words for the log; undefined if they do, or can't. */
function whyNotProven(
  { settings }: Context,
  credentials: ClientCredentials,
  secretHash: string | null,
): string | undefined {
  if (secretHash === null) {
    return credentials.method === 'none' ? undefined : 'a public client has no secret'
  }
  if (credentials.method === 'none') return 'the secret is missing'
  const isRight = isClientSecret(settings.secret, secretHash, credentials.clientSecret)
  return isRight ? undefined : 'the secret is wrong'
}

async function refuse(
  context: Context,
  request: FastifyRequest,
  { method, clientId }: ClientCredentials,
  reason: string,
): Promise<never> {
  if (method !== 'none') await countWrongSecret(context, request, clientId)
  throw clientAuthenticationFailed(method, reason)
}
