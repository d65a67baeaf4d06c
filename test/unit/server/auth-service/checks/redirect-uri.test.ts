import { describe, expect, it } from 'vitest'
import { PageError } from '../../../../../server/auth-service/checks/page-error.js'
import { requireRedirectUri } from '../../../../../server/auth-service/checks/redirect-uri.js'
import { nativeClient } from '../../../../support/auth-service/client-rows.js'

const web = nativeClient({
  kind: 'web',
  redirectUris: ['https://app.example.org/callback?tenant=a', 'http://127.0.0.1:3000/callback'],
})

describe('a redirect URI', () => {
  it('is the registered one, character for character (1)', () => {
    expect(requireRedirectUri('https://app.example.org/callback?tenant=a', web)).toBe(
      'https://app.example.org/callback?tenant=a',
    )
  })

  it.each([
    'https://app.example.org/callback',
    'https://app.example.org/callback?tenant=b',
    'https://app.example.org/callback?tenant=a&x=y',
    'https://app.example.org/callback?tenant=a#',
    'https://app.example.org/callback/?tenant=a',
    'https://app.example.org/Callback?tenant=a',
    'https://APP.example.org/callback?tenant=a',
    'HTTPS://app.example.org/callback?tenant=a',
    'https://app.example.org:443/callback?tenant=a',
    'https://app.example.org/x/../callback?tenant=a',
    'https://app.example.org/%63allback?tenant=a',
    'https://app.example.org%2fcallback?tenant=a',
    'https://app.example.org\\callback?tenant=a',
    'https://app.example.org@evil.example/callback?tenant=a',
    'https://app.example.org.evil.example/callback?tenant=a',
    'https://evil.example/?https://app.example.org/callback?tenant=a',
    'https://appXexample.org/callback?tenant=a',
    ' https://app.example.org/callback?tenant=a',
    'https://app.example.org/callback?tenant=a\r\nSet-Cookie: a=b',
    '//app.example.org/callback?tenant=a',
    '/\\evil.example',
    'https:evil.example',
    'javascript:alert(1)',
    '*',
    '',
  ])('is refused when it is only like a registered one: %j (1, 6, V7, V8)', (uri) => {
    expect(() => requireRedirectUri(uri, web)).toThrow(PageError)
  })

  it('may be left out by a client that registered exactly one', () => {
    const client = nativeClient({ redirectUris: ['https://app.example.org/'] })
    expect(requireRedirectUri(undefined, client)).toBe('https://app.example.org/')
  })

  it('is demanded from a client that registered several (5)', () => {
    expect(() => requireRedirectUri(undefined, nativeClient())).toThrow(PageError)
  })

  it('of a web client on a loopback address has its registered port (2)', () => {
    expect(() => requireRedirectUri('http://127.0.0.1:3001/callback', web)).toThrow(PageError)
  })
})

describe('the loopback redirect URI of a native client', () => {
  const client = nativeClient({
    redirectUris: ['http://127.0.0.1/callback', 'http://[::1]:5000/cb?a=b', 'http://localhost:7777/callback'],
  })

  const ports = ['', ':1', ':80', ':5000', ':49152', ':65535', ...randomPorts(200)]
  it.each([
    ['http://127.0.0.1', '/callback'],
    ['http://[::1]', '/cb?a=b'],
  ])('on %s may have any port (2)', (origin, rest) => {
    for (const port of ports) {
      const uri = `${origin}${port}${rest}`
      expect(requireRedirectUri(uri, client)).toBe(uri)
    }
  })

  it('may differ in nothing but the port, whichever character of it is changed, left out or added (2, V7)', () => {
    const uri = 'http://127.0.0.1:49152/callback'
    const port = { from: uri.indexOf(':49152'), to: uri.indexOf('/callback') }
    for (let at = 0; at <= uri.length; at++) {
      for (const character of ['', '.', '/', '%', '@', '\\', '#', '?', ':', '0', 'A', ' ', '\n', 'é']) {
        for (const length of [0, 1]) {
          const changed = uri.slice(0, at) + character + uri.slice(at + length)
          const isOtherPort =
            at >= port.from &&
            at <= port.to &&
            /^http:\/\/127\.0\.0\.1(:[1-9]\d{0,4})?\/callback$/.test(changed)
          if (changed === uri || (isOtherPort && Number(changed.slice(port.from + 1, -9)) <= 65_535)) continue
          expect(() => requireRedirectUri(changed, client), changed).toThrow(PageError)
        }
      }
    }
  })

  it.each([
    'http://127.1:49152/callback',
    'http://127.0.0.2:49152/callback',
    'http://127.0.0.1.evil.example:49152/callback',
    'http://0x7f.0.0.1:49152/callback',
    'http://2130706433:49152/callback',
    'http://0:49152/callback',
    'http://localhost:49152/callback',
    'http://localhost.evil.example:7777/callback',
    'http://LOCALHOST:7777/callback',
    'http://[::ffff:127.0.0.1]:49152/callback',
    'http://[0:0:0:0:0:0:0:1]:49152/cb?a=b',
    'http://[::1]:49152/callback',
    'http://[::1]:49152/cb',
    'http://[::1]:49152/cb?a=b&c=d',
    'https://127.0.0.1:49152/callback',
    'HTTP://127.0.0.1:49152/callback',
    'http://user@127.0.0.1:49152/callback',
    'http://127.0.0.1:49152@evil.example/callback',
    'http://127.0.0.1:49152\\@evil.example/callback',
    'http://127.0.0.1:/callback',
    'http://127.0.0.1:0/callback',
    'http://127.0.0.1:080/callback',
    'http://127.0.0.1:65536/callback',
    'http://127.0.0.1:99999/callback',
    'http://127.0.0.1:-1/callback',
    'http://127.0.0.1:4915２/callback',
    'http://127.0.0.1:49152/Callback',
    'http://127.0.0.1:49152/callback/',
    'http://127.0.0.1:49152/callback?x=y',
    'http://127.0.0.1:49152/callback#x',
    'http://127.0.0.1:49152//callback',
    'http://127.0.0.1:49152/./callback',
    'http://127.0.0.1:49152/x/../callback',
    'http://127.0.0.1:49152/%63allback',
    'http://127.0.0.1:49152%2fcallback',
    'http://127.0.0.1:49152/callback%00',
  ])('is refused as %j (2, V7, V8)', (uri) => {
    expect(() => requireRedirectUri(uri, client)).toThrow(PageError)
  })

  it('on localhost is compared as it is (2)', () => {
    expect(requireRedirectUri('http://localhost:7777/callback', client)).toBe(
      'http://localhost:7777/callback',
    )
  })
})

/** A different selection in each run of the suite would make a failure hard to repeat. */
function randomPorts(count: number): string[] {
  let state = 1
  return Array.from({ length: count }, () => {
    state = (state * 48_271) % 2_147_483_647
    return `:${1 + (state % 65_535)}`
  })
}
