import { AuthcliError } from '../errors.js'

/**
 * Whether a URL is the resource, or below it: there, and nowhere else, go the tokens that are for it.
 * @param resource the resource identifier in canonical form
 */
export function isBelow(url: URL, resource: string): boolean {
  const base = new URL(resource)
  const folder = base.pathname.endsWith('/') ? base.pathname : `${base.pathname}/`
  return (
    url.origin === base.origin &&
    (url.pathname === base.pathname || url.pathname.startsWith(folder)) &&
    !climbs(url.pathname) &&
    url.username === '' &&
    url.password === ''
  )
}

/** @throws AuthcliError USAGE for a URL that is not below the resource. */
export function requireBelow(url: URL, resource: string): void {
  if (isBelow(url, resource)) return
  const { href } = new URL(resource)
  throw new AuthcliError('USAGE', `no token is sent to ${url.origin}${url.pathname}: it is not below ${href}`)
}

/** A URL has no `..` left in its path, but for one between escaped slashes, which a server may unescape. */
function climbs(path: string): boolean {
  const unescaped = path.replace(/%2e/gi, '.').replace(/%2f|%5c/gi, '/')
  return unescaped.split('/').includes('..')
}
