import { OAuthError } from '../oauth-error.js'

/**
 * The one form in which resource identifiers are stored and compared: as the URL standard writes them, and without
 * the trailing slash of an empty path.
 *
 * @returns undefined when it isn't an absolute URI without a fragment.
 * @see RFC 8707 §2
 */
export function canonicalResource(value: string): string | undefined {
  // The URL parser forgives leading and trailing spaces and line breaks; a URI has none.
  if (!/^[\x21-\x7e]+$/.test(value) || value.includes('#')) return undefined
  const url = parse(value)
  return url?.pathname === '/' && url.search === '' ? url.href.slice(0, -1) : url?.href
}

/**
 * The resource that a request names, in canonical form, or null when it names none. Whether it is registered is
 * for the caller to look up: an unknown one is `invalid_target` as well.
 *
 * @throws OAuthError `invalid_target` for what is no resource identifier, and for two different ones: an access
 *   token is for one resource.
 * @see RFC 8707 §2
 */
export function requestedResource(resources: readonly string[]): string | null {
  const named = new Set(resources.map(canonicalResource))
  if (named.has(undefined)) {
    throw new OAuthError('invalid_target', 'resource is not an absolute URI without a fragment')
  }
  if (named.size > 1)
    throw new OAuthError('invalid_target', 'a token is for one resource; ask for one at a time')
  return [...named][0] ?? null
}

/**
 * A token request may repeat the resource of its grant and can't name another.
 *
 * @param granted the resource of the grant; null for the userinfo endpoint.
 * @throws OAuthError `invalid_target`
 * @see RFC 8707 §2.2
 */
export function refuseOtherResource(resources: readonly string[], granted: string | null): void {
  const named = requestedResource(resources)
  if (named !== null && named !== granted) {
    throw new OAuthError('invalid_target', 'the grant is for another resource')
  }
}

function parse(value: string): URL | undefined {
  try {
    return new URL(value)
  } catch {
    return undefined
  }
}
