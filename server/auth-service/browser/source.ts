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
  const [address = ''] = withoutPort(ip ?? 'unknown').split('%', 1)
  if (!isIPv6(address)) return address
  const groups = groupsOf(address)
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff
  if (isMapped)
    return groups
      .slice(6)
      .flatMap((group) => [group >> 8, group & 0xff])
      .join('.')
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`
}

function withoutPort(address: string): string {
  return address.replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1').replace(/^\[([^\]]+)\](:\d+)?$/, '$1')
}

/** The eight groups of an IPv6 address. */
function groupsOf(address: string): number[] {
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
