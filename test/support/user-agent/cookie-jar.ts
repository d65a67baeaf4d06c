/** A cookie as RFC 6265 §5.3 stores it. Ports are not part of it: every port of a host shares its cookies. */
interface Cookie {
  name: string
  value: string
  host: string
  path: string
  secure: boolean
}

/** The cookies of one scripted user agent. */
export interface CookieJar {
  /** Takes in the `Set-Cookie` headers of a response to a request for this URL. */
  receive(url: URL, setCookie: readonly string[]): void
  /** The `Cookie` header for a request for this URL; undefined when there is no cookie for it. */
  headerFor(url: URL): string | undefined
  /** Every value that it holds, for a search for secrets. */
  values(): string[]
}

/** An empty jar. It keeps session cookies and ends a cookie by `Max-Age` or `Expires` only, not by the clock. */
export function createCookieJar(): CookieJar {
  let cookies: Cookie[] = []
  return {
    receive: (url, setCookie) => {
      for (const line of setCookie) {
        const { cookie, isRemoval } = parseSetCookie(url, line)
        cookies = cookies.filter((each) => !isSame(each, cookie))
        if (!isRemoval && isAcceptable(url, cookie)) cookies.push(cookie)
      }
    },
    headerFor: (url) => {
      const sent = cookies
        .filter((cookie) => isFor(url, cookie))
        // The longest path first (RFC 6265 §5.4).
        .sort((one, other) => other.path.length - one.path.length)
      return sent.length > 0 ? sent.map(({ name, value }) => `${name}=${value}`).join('; ') : undefined
    },
    values: () => cookies.map(({ value }) => value),
  }
}

function parseSetCookie(url: URL, line: string): { cookie: Cookie; isRemoval: boolean } {
  const [pair = '', ...rest] = line.split(';').map((part) => part.trim())
  const attributes = new Map(
    rest.map((part) => {
      const [name = '', ...value] = part.split('=')
      return [name.toLowerCase(), value.join('=')] as const
    }),
  )
  const [name = '', ...value] = pair.split('=')
  const path = attributes.get('path')
  const expires = attributes.get('expires')
  return {
    cookie: {
      name,
      value: value.join('='),
      host: url.hostname,
      path: path?.startsWith('/') ? path : defaultPath(url),
      secure: attributes.has('secure'),
    },
    isRemoval:
      Number(attributes.get('max-age') ?? 1) <= 0 ||
      (!attributes.has('max-age') && expires !== undefined && Date.parse(expires) <= Date.now()),
  }
}

/** RFC 6265 §5.1.4. */
function defaultPath(url: URL): string {
  return url.pathname.slice(0, url.pathname.lastIndexOf('/')) || '/'
}

/** A `__Host-` cookie is secure and of the whole host, or it is not kept; a secure one comes over https. */
function isAcceptable(url: URL, { name, path, secure }: Cookie): boolean {
  if (secure && url.protocol !== 'https:') return false
  return !name.startsWith('__Host-') || (secure && path === '/')
}

function isSame(one: Cookie, other: Cookie): boolean {
  return one.name === other.name && one.host === other.host && one.path === other.path
}

function isFor(url: URL, { host, path, secure }: Cookie): boolean {
  if (host !== url.hostname || (secure && url.protocol !== 'https:')) return false
  return url.pathname === path || url.pathname.startsWith(path.endsWith('/') ? path : `${path}/`)
}
