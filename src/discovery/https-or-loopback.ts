const IPV4_LOOPBACK = /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/

/** RFC 3986's characters only: no space, no control character, no backslash that a parser would repair. */
const URI_CHARACTERS = /^[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]+$/

/** Longer than any honest endpoint, short enough to print and to pass to a browser. */
const MAX_URL_CHARACTERS = 2048

/** Whether a URL's host is this computer: 127.0.0.0/8, `[::1]` or `localhost` (RFC 6761 §6.3). */
export function isLoopback(url: URL): boolean {
  return url.hostname === 'localhost' || url.hostname === '[::1]' || IPV4_LOOPBACK.test(url.hostname)
}

/** Whether what is sent to a URL can't be read on the way: `https`, or `http` that never leaves this computer. */
export function isHttpsOrLoopback(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url))
}

/**
 * Reads a URL that came from a person or a server. Takes only what RFC 3986 allows as it stands: no
 * repaired backslashes, no dropped newlines, no user name, no fragment, and `https` or loopback `http`.
 * Gives back the URL, or what is wrong with it as words that follow "which …".
 * @see OAuth 2.1 §1.5, RFC 8252 §8.3
 */
export function parseHttpsOrLoopbackUrl(text: unknown): URL | { problem: string } {
  if (typeof text !== 'string') return { problem: 'is not a text' }
  if (text.length > MAX_URL_CHARACTERS) return { problem: `is longer than ${MAX_URL_CHARACTERS} characters` }
  if (!URI_CHARACTERS.test(text) || !/^https?:\/\/[^/]/i.test(text) || !URL.canParse(text)) {
    return { problem: 'is not an https URL' }
  }
  const url = new URL(text)
  if (!isHttpsOrLoopback(url)) return { problem: 'is neither https nor on this computer' }
  if (url.username !== '' || url.password !== '') return { problem: 'holds a user name' }
  if (text.includes('#')) return { problem: 'holds a fragment' }
  return url
}
