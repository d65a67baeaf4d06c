import { describe, expect, it } from 'vitest'
import {
  isLoopbackHost,
  isSecureOrLoopback,
  parseIssuerUrl,
  parseResourceUrl,
} from '../../../../server/backend-api/resource-url.js'

describe('a resource identifier', () => {
  it.each([
    ['https://api.example', 'https://api.example'],
    ['https://API.example:443/', 'https://api.example'],
    ['https://api.example/v1', 'https://api.example/v1'],
    ['http://127.0.0.1:9001/', 'http://127.0.0.1:9001'],
    ['http://[::1]:9001', 'http://[::1]:9001'],
    ['http://localhost:9001', 'http://localhost:9001'],
  ])('%s is kept as %s', (text, canonical) => {
    expect(parseResourceUrl(text)).toBe(canonical)
  })

  it('must not end in a slash after a path, which would make two names of one', () => {
    expect(() => parseResourceUrl('https://api.example/v1/')).toThrow('slash')
  })

  it.each(['v1:beta', '*', '%41', 'café'])('has no path that means something to a router: %s', (path) => {
    expect(() => parseResourceUrl(`https://api.example/${path}`)).toThrow('must have a path of letters')
  })
})

describe.each([
  ['a resource', parseResourceUrl],
  ['an issuer', parseIssuerUrl],
])('%s', (_what, parse) => {
  it.each([
    'http://api.example',
    'http://10.0.0.1:9000',
    'http://127.0.0.1.example',
    'http://localhost.example',
    'http://[::2]',
    'ftp://api.example',
    'file:///etc/passwd',
    'javascript:alert(1)',
  ])('is refused off loopback without https: %s (19)', (text) => {
    expect(() => parse(text)).toThrow('https')
  })

  it.each([
    ['a word', 'api', 'absolute URL'],
    ['nothing', '', 'absolute URL'],
    ['a query', 'https://api.example/?a=b', 'query'],
    ['an empty query', 'https://api.example/?', 'query'],
    ['a fragment', 'https://api.example/#a', 'fragment'],
    ['an empty fragment', 'https://api.example#', 'fragment'],
    ['a user name', 'https://me@api.example', 'user name'],
    ['a password', 'https://:secret@api.example', 'user name'],
  ])('is refused with %s', (_what, text, reason) => {
    expect(() => parse(text)).toThrow(reason)
  })
})

it('keeps an issuer exactly as it is written, because it is compared as a string', () => {
  expect(parseIssuerUrl('https://Tenant.example/')).toBe('https://Tenant.example/')
})

it.each(['127.0.0.1', '127.1.2.3', '::1', '[::1]', 'localhost'])('takes %s for this machine', (host) => {
  expect(isLoopbackHost(host)).toBe(true)
})

it.each(['0.0.0.0', '::', '128.0.0.1', '127.0.0.1.example', 'localhost.', ''])(
  'does not take "%s" for this machine',
  (host) => {
    expect(isLoopbackHost(host)).toBe(false)
  },
)

it('asks https anywhere, and http on this machine only (19)', () => {
  expect(isSecureOrLoopback(new URL('https://as.example'))).toBe(true)
  expect(isSecureOrLoopback(new URL('http://127.0.0.1:1'))).toBe(true)
  expect(isSecureOrLoopback(new URL('http://as.example'))).toBe(false)
})
