type Environment = Readonly<Record<string, string | undefined>>

const LOOPBACK = /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])$/

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' }

/**
 * The proxy that the environment wants for a URL: `HTTP_PROXY` for http, `HTTPS_PROXY` for https, each also
 * in lower case, which wins. Undefined where none is set, where `NO_PROXY` names the host, and always for
 * loopback: what a proxy calls 127.0.0.1 is another computer.
 * @returns the proxy's URL; a value without a scheme means `http://`
 * @throws TypeError when the variable holds no URL.
 */
export function proxyFor(url: URL, env: Environment): URL | undefined {
  if (LOOPBACK.test(url.hostname)) return undefined
  const name = url.protocol === 'https:' ? 'https_proxy' : 'http_proxy'
  const value = env[name] || env[name.toUpperCase()]
  if (!value || isExempt(url, env['no_proxy'] || env['NO_PROXY'] || '')) return undefined
  return new URL(/^[a-z][a-z\d+.-]*:\/\//i.test(value) ? value : `http://${value}`)
}

/**
 * Whether `NO_PROXY` names the URL's host. Its entries are parted by commas or spaces: `*`, or a domain,
 * with or without a leading `.` or `*.`, which stands for itself and what is below it, or an address; each
 * may end in `:port`.
 */
function isExempt(url: URL, noProxy: string): boolean {
  const port = url.port || DEFAULT_PORTS[url.protocol]
  return noProxy
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      if (entry === '*') return true
      const [, host = '', entryPort] = /^(\[[^\]]*\]|.*?)(?::(\d+))?$/.exec(entry) ?? []
      if (entryPort !== undefined && entryPort !== port) return false
      const domain = host.replace(/^\*?\./, '')
      return url.hostname === domain || url.hostname.endsWith(`.${domain}`)
    })
}
