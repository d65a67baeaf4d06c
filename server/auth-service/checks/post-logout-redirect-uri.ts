import type { Client } from '../store/clients.js'
import { PageError } from './page-error.js'

declare const registered: unique symbol

/** A post-logout redirect URI that was compared with those of the client. Only this function makes one. */
export type RegisteredLogoutUri = string & { readonly [registered]: true }

/**
 * Where the browser goes after a logout: the URI of the request if the client registered it, compared as a string,
 * without any exception. Undefined when the request names none.
 *
 * @throws PageError
 * @see OpenID Connect RP-Initiated Logout §2, §3
 */
export function requirePostLogoutRedirectUri(
  uri: string | undefined,
  client: Client | undefined,
): RegisteredLogoutUri | undefined {
  if (uri === undefined) return undefined
  if (client === undefined) {
    throw new PageError('unregistered-logout-uri', { reason: 'neither a hint nor client_id names a client' })
  }
  if (!client.postLogoutRedirectUris.includes(uri)) {
    const reason = 'post_logout_redirect_uri is not registered for this client'
    throw new PageError('unregistered-logout-uri', { reason, clientName: client.name })
  }
  return uri as RegisteredLogoutUri
}
