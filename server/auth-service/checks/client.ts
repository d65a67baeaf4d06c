import type { Client } from '../store/clients.js'
import { PageError } from './page-error.js'

/**
 * The client of an authorization request is registered. It is looked up before anything else, because only it
 * knows where an error may be sent.
 *
 * @param client what the store has under the `client_id` of the request.
 * @throws PageError: without a client there is nowhere to redirect to.
 * @see RFC 6749 §4.1.2.1
 */
export function requireClient(clientId: string | undefined, client: Client | undefined): Client {
  if (clientId === undefined) throw new PageError('unknown-client', { reason: 'client_id is missing' })
  if (client === undefined) throw new PageError('unknown-client', { reason: 'client_id is not registered' })
  return client
}
