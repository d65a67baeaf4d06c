import { parseHttpsOrLoopbackUrl } from './https-or-loopback.js'

const WELL_KNOWN = '/.well-known/oauth-protected-resource'

/**
 * The one canonical form in which authcli writes, compares and sends a resource identifier: an `https` (or
 * loopback `http`) URL with its scheme and host in lower case, a default port left out, dot segments
 * resolved, no trailing slash where the path is empty, and neither user name, query nor fragment. A path is
 * otherwise kept as it is: `https://api.example/v1` and `https://api.example/v1/` are two resources.
 *
 * This narrows RFC 9728 §3.3, which would let a 401 of a deeper URL name that URL as its own resource: here
 * `--api URL` *is* the resource, and everything below it belongs to it.
 * @returns the identifier, or what is wrong with the text as words that follow "which …"
 * @see RFC 8707 §2, RFC 9728 §1.2
 */
export function canonicalResource(text: unknown): string | { problem: string } {
  const url = parseHttpsOrLoopbackUrl(text)
  if (!(url instanceof URL)) return url
  if (String(text).includes('?')) return { problem: 'holds a query' }
  return url.pathname === '/' ? url.origin : url.href
}

/**
 * Where the metadata of a resource is: the well-known path inserted between host and path.
 * @param resource in canonical form
 * @see RFC 9728 §3.1
 */
export function resourceMetadataUrl(resource: string): URL {
  const { origin, pathname } = new URL(resource)
  return new URL(`${origin}${WELL_KNOWN}${pathname === '/' ? '' : pathname}`)
}
