import { isIPv6 } from 'node:net'

/**
 * Where a request comes from, as far as guessing is counted: an IPv4 address, or the first 64 bits of an IPv6 one,
 * because whoever has one address of such a network has all of them. An IPv4 address written as IPv6 is IPv4.
 *
 * @param ip what Fastify found out, forwarded headers of trusted proxies included. Some proxies add a port, which
 *   every connection has anew. Undefined when the connection is gone already, whatever Fastify's type says.
 * @see RFC 4291 §2.5.1, §2.5.5.2
 */
export function sourceOf(ip: string | undefined): string {
  const address = addressIn(ip)
  const groups = groupsOf(address)
  if (groups === undefined) return address
  return isMapped(groups) ? dotted(groups) : network(groups, 64)
}

/**
 * The first 48 bits of an IPv6 address: the networks of one site, among which whoever has the site can choose. Undefined
 * for an IPv4 address: nobody has that many of them.
 *
 * @see RFC 6177 §2
 */
export function siteOf(ip: string | undefined): string | undefined {
  const groups = groupsOf(addressIn(ip))
  return groups === undefined || isMapped(groups) ? undefined : network(groups, 48)
}

function addressIn(ip: string | undefined): string {
  return withoutPort(ip ?? 'unknown').split('%', 1)[0] ?? ''
}

function isMapped(groups: readonly number[]): boolean {
  return groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff
}

function dotted(groups: readonly number[]): string {
  return groups
    .slice(6)
    .flatMap((group) => [group >> 8, group & 0xff])
    .join('.')
}

function network(groups: readonly number[], bits: 48 | 64): string {
  const first = groups.slice(0, bits / 16).map((group) => group.toString(16))
  return `${first.join(':')}::/${bits}`
}

function withoutPort(address: string): string {
  return address.replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1').replace(/^\[([^\]]+)\](:\d+)?$/, '$1')
}

/** The eight groups of an IPv6 address; undefined for anything else. */
function groupsOf(address: string): number[] | undefined {
  if (!isIPv6(address)) return undefined
  const [head = '', tail] = withoutDots(address).split('::')
  const left = parseGroups(head)
  const right = parseGroups(tail ?? '')
  return [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right]
}

/** Writes the last four bytes as two groups, where they are written as an IPv4 address. */
function withoutDots(address: string): string {
  return address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_dotted, a, b, c, d) => {
    const group = (high: string, low: string) => ((Number(high) << 8) | Number(low)).toString(16)
    return `${group(a, b)}:${group(c, d)}`
  })
}

function parseGroups(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16))
}
