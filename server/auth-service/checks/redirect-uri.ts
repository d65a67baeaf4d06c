import type { Client } from '../store/clients.js'
import { PageError } from './page-error.js'

declare const registered: unique symbol

/** A redirect URI that was compared with those of the client. Only this function makes one. */
export type RegisteredRedirectUri = string & { readonly [registered]: true }

/**
 * Where the answer of an authorization request goes: the redirect URI of the request if the client registered it,
 * compared as a string; or the only one that it registered, if the request names none. On a loopback IP literal a
 * native client may use any port, because the system gives it one.
 *
 * @throws PageError: an address that isn't registered is never redirected to.
 * @see RFC 9700 §2.1; RFC 8252 §7.3
 */
export function requireRedirectUri(redirectUri: string | undefined, client: Client): RegisteredRedirectUri {
  const [only, second] = client.redirectUris
  if (redirectUri === undefined) {
    if (only === undefined || second !== undefined) {
      throw refused(client, 'redirect_uri is missing, and the client has not registered exactly one')
    }
    return only as RegisteredRedirectUri
  }
  const isRegistered = client.redirectUris.some(
    (candidate) =>
      candidate === redirectUri || (client.kind === 'native' && isSameExceptPort(candidate, redirectUri)),
  )
  if (!isRegistered) throw refused(client, 'redirect_uri is not registered for this client')
  return redirectUri as RegisteredRedirectUri
}

/**
 * Whether both are `http` URIs on the same loopback IP literal and differ in nothing but the port. They are compared
 * as strings: a URL parser would make `127.1` and `/a/../callback` equal to what was registered.
 */
function isSameExceptPort(registeredUri: string, redirectUri: string): boolean {
  const expected = splitLoopback(registeredUri)
  const presented = splitLoopback(redirectUri)
  return (
    expected !== undefined &&
    presented !== undefined &&
    expected.host === presented.host &&
    expected.rest === presented.rest
  )
}

// Not `localhost`: the name may lead elsewhere (RFC 8252 §8.3).
const LOOPBACK = /^http:\/\/(?<host>127\.0\.0\.1|\[::1\])(?::(?<port>[1-9][0-9]{0,4}))?(?<rest>\/.*)?$/

function splitLoopback(uri: string): { host: string; rest: string } | undefined {
  const { host, port = '80', rest = '' } = LOOPBACK.exec(uri)?.groups ?? {}
  return host === undefined || Number(port) > 65_535 ? undefined : { host, rest }
}

function refused(client: Client, reason: string): PageError {
  return new PageError('unregistered-redirect-uri', { reason, clientName: client.name })
}
