import { describe, expect, it } from 'vitest'
import { isHttpsOrLoopback, parseHttpsOrLoopbackUrl } from '../../../../src/discovery/https-or-loopback.js'

describe('isHttpsOrLoopback', () => {
  it.each([
    ['https://example.com/', true],
    ['http://127.0.0.1:9000/', true],
    ['http://127.1.2.3/', true],
    ['http://[::1]:9000/', true],
    ['http://localhost/', true],
    ['http://example.com/', false],
    ['http://127.0.0.1.example.com/', false],
    ['http://localhost.example.com/', false],
    ['http://[::ffff:8.8.8.8]/', false],
    ['http://0.0.0.0/', false],
    ['file:///etc/passwd', false],
    ['javascript:alert(1)', false],
    ['data:text/html,x', false],
    ['ftp://127.0.0.1/', false],
  ])('%s: %s (19, 97)', (url, expected) => {
    expect(isHttpsOrLoopback(new URL(url))).toBe(expected)
  })
})

describe('parseHttpsOrLoopbackUrl', () => {
  it('gives back the URL of an honest endpoint', () => {
    expect(parseHttpsOrLoopbackUrl('https://as.example/a?b=c')).toEqual(new URL('https://as.example/a?b=c'))
  })

  it.each([
    'file:///etc/passwd',
    'javascript:alert(1)',
    'https://as.example/\nx',
    'https://as.example/a b',
    'https://as.example\\@evil.example/',
    'https:as.example/x',
    'https:///as.example',
    '//as.example/x',
    'http://as.example/',
    'https://user@as.example/',
    'https://user:password@as.example/',
    'https://as.example/#fragment',
    'https://as.example/#',
    'https://as.example/"&calc',
    'https://as.example/`id`',
    'https://',
    `https://as.example/${'a'.repeat(2048)}`,
    '',
    undefined,
    null,
    7,
    { href: 'https://as.example/' },
  ])('refuses %j (19, 97)', (text) => {
    expect(parseHttpsOrLoopbackUrl(text)).toHaveProperty('problem')
  })
})
