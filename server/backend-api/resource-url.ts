/**
 * Reads a resource identifier and gives it back in the one form in which it is compared: no trailing slash on
 * an empty path.
 * @throws Error with half a sentence that says what is wrong.
 * @see RFC 9728 §1.2, RFC 8707 §2
 */
export function parseResourceUrl(text: string): string {
  const url = parseServiceUrl(text)
  if (url.pathname === '/') return url.origin
  if (url.pathname.endsWith('/')) throw new Error('must not end in a slash')
  // Every route is made from it, and to a router `:` and `*` are no letters, nor does it know %41 from A.
  if (!/^[\w.~/-]*$/.test(url.pathname))
    throw new Error('must have a path of letters, digits and . _ ~ - only')
  return url.origin + url.pathname
}

/**
 * Reads an issuer identifier. It is kept exactly as written, because it is compared as a string.
 * @throws Error with half a sentence that says what is wrong.
 * @see RFC 8414 §2
 */
export function parseIssuerUrl(text: string): string {
  parseServiceUrl(text)
  return text
}

/** Whether this URL may be asked: https, or http to this machine. */
export function isSecureOrLoopback(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackHost(url.hostname))
}

/** Whether a host, as `URL.hostname` writes it or as an option names it, is this machine. */
export function isLoopbackHost(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|::1|\[::1\])$/.test(host)
}

function parseServiceUrl(text: string): URL {
  if (!URL.canParse(text)) throw new Error('is not an absolute URL')
  const url = new URL(text)
  if (!isSecureOrLoopback(url)) throw new Error('must be https, or http on a loopback address')
  if (url.username !== '' || url.password !== '') throw new Error('must not hold a user name or password')
  // `href` shows a lone ? or # that `search` and `hash` hide.
  if (url.href.includes('?') || url.href.includes('#')) throw new Error('must have no query and no fragment')
  return url
}
