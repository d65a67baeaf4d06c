import { describe, expect, it } from 'vitest'
import { proxyFor } from '../../../src/http-proxy.js'

const API = new URL('https://api.example.com/items')

function chosen(url: URL | string, env: Record<string, string>): string | undefined {
  return proxyFor(new URL(url), env)?.href
}

describe('proxyFor', () => {
  it('goes by the scheme of the URL', () => {
    const env = { HTTP_PROXY: 'http://one:1', HTTPS_PROXY: 'http://two:2' }
    expect(chosen('http://api.example.com', env)).toBe('http://one:1/')
    expect(chosen(API, env)).toBe('http://two:2/')
  })

  it('uses no proxy where none is set for the scheme', () => {
    expect(chosen(API, {})).toBeUndefined()
    expect(chosen(API, { HTTP_PROXY: 'http://one:1' })).toBeUndefined()
    expect(chosen(API, { HTTPS_PROXY: '' })).toBeUndefined()
  })

  it('prefers the lower-case spelling', () => {
    expect(chosen(API, { https_proxy: 'http://lower:1', HTTPS_PROXY: 'http://upper:1' })).toBe(
      'http://lower:1/',
    )
  })

  it('takes a value without a scheme as http', () => {
    expect(chosen(API, { HTTPS_PROXY: 'proxy.example.com:3128' })).toBe('http://proxy.example.com:3128/')
  })

  it('refuses a value that is no URL', () => {
    expect(() => chosen(API, { HTTPS_PROXY: 'http://' })).toThrow(TypeError)
  })

  it.each(['http://127.0.0.1:9000', 'http://127.8.9.1', 'http://[::1]:1', 'http://localhost:3000'])(
    'never uses a proxy for %s',
    (url) => {
      expect(chosen(url, { HTTP_PROXY: 'http://one:1', http_proxy: 'http://one:1' })).toBeUndefined()
    },
  )

  it('does use one for names that only look like loopback', () => {
    const env = { HTTP_PROXY: 'http://one:1' }
    expect(chosen('http://localhost.example.com', env)).toBeDefined()
    expect(chosen('http://127.0.0.1.example.com', env)).toBeDefined()
  })

  describe('NO_PROXY', () => {
    const isExempt = (noProxy: string, url: URL | string = API) =>
      chosen(url, { HTTPS_PROXY: 'http://two:2', HTTP_PROXY: 'http://one:1', NO_PROXY: noProxy }) ===
      undefined

    it.each([
      ['*', true],
      ['api.example.com', true],
      ['API.Example.COM', true],
      ['example.com', true],
      ['.example.com', true],
      ['*.example.com', true],
      ['example.com:443', true],
      ['example.com:8443', false],
      ['ample.com', false],
      ['other.example.com', false],
      ['one.test, example.com', true],
      ['one.test example.com', true],
      ['', false],
      [',', false],
    ])('%j exempts https://api.example.com: %s', (noProxy, expected) => {
      expect(isExempt(noProxy)).toBe(expected)
    })

    it('exempts addresses, of either family', () => {
      expect(isExempt('10.0.0.1', 'http://10.0.0.1:8080')).toBe(true)
      expect(isExempt('[fd00::1]:8080', 'http://[fd00::1]:8080')).toBe(true)
      expect(isExempt('[fd00::1]:81', 'http://[fd00::1]:8080')).toBe(false)
    })

    it('counts in lower case too, which wins', () => {
      const env = { HTTPS_PROXY: 'http://two:2', no_proxy: 'example.com', NO_PROXY: 'other.test' }
      expect(chosen(API, env)).toBeUndefined()
    })
  })
})
