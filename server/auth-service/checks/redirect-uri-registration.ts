import type { Client } from '../store/clients.js'

/** Schemes that run something in the browser or read the disk, whatever comes after them. */
const NEVER = new Set([
  'javascript',
  'data',
  'file',
  'blob',
  'vbscript',
  'about',
  'view-source',
  'filesystem',
])

/**
 * Why a redirect URI can't be registered, in words for the operator; undefined if it can. Allowed are `https`;
 * `http` on a loopback IP literal; `http://localhost:PORT` with its port, for native clients that know nothing else;
 * and for native clients private schemes that reverse a domain name, such as `org.example.app:/callback`.
 *
 * @see RFC 8252 §7; RFC 9700 §2.6
 */
export function whyNotRegistrable(redirectUri: string, kind: Client['kind']): string | undefined {
  // What the URL parser would drop or turn is refused, because the comparison at run time is one of strings.
  if (!/^[\x21-\x7e]+$/.test(redirectUri) || redirectUri.includes('\\'))
    return 'it has characters that no URI has'
  if (redirectUri.includes('#')) return 'it has a fragment'
  if (redirectUri.includes('*')) return 'it has a wildcard, and redirect URIs are compared as they are'
  if (!URL.canParse(redirectUri)) return 'it is not an absolute URI'
  const url = new URL(redirectUri)
  if (url.username !== '' || url.password !== '') return 'it has a user name or a password'
  const scheme = url.protocol.slice(0, -1)
  if (scheme === 'https') return undefined
  if (scheme === 'http') return whyNotHttp(redirectUri, kind)
  if (NEVER.has(scheme)) return `a browser must never be sent to ${scheme}:`
  if (kind !== 'native') return 'a web client needs https'
  return scheme.includes('.')
    ? undefined
    : 'a private scheme reverses a domain name, such as org.example.app:/'
}

function whyNotHttp(redirectUri: string, kind: Client['kind']): string | undefined {
  if (/^http:\/\/(127\.0\.0\.1|\[::1\])(:[1-9][0-9]{0,4})?(\/|$)/.test(redirectUri)) return undefined
  if (!/^http:\/\/localhost[:/]/.test(redirectUri)) return 'http is only for loopback; use https'
  if (kind !== 'native') return 'http://localhost is only for native clients'
  return /^http:\/\/localhost:[1-9][0-9]{0,4}(\/|$)/.test(redirectUri)
    ? undefined
    : 'http://localhost needs its port, because it is compared as it is; better use http://127.0.0.1'
}
