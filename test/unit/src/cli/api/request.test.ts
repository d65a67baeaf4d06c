import { describe, expect, it } from 'vitest'
import { apiRequest, type RequestWords } from '../../../../../src/cli/api/request.js'

const RESOURCE = 'https://api.example.com/v1'
const request = (words: Partial<RequestWords>, resource = RESOURCE) =>
  apiRequest({ method: 'GET', place: '/items', fields: [], headers: [], hasInput: false, ...words }, resource)

describe('apiRequest', () => {
  it.each([
    ['/items', 'https://api.example.com/v1/items'],
    ['items?limit=5', 'https://api.example.com/v1/items?limit=5'],
    ['?q=1', 'https://api.example.com/v1?q=1'],
    ['//evil.example/items', 'https://api.example.com/v1//evil.example/items'],
    ['/items/a b#part', 'https://api.example.com/v1/items/a%20b'],
    ['https://api.example.com/v1/items', 'https://api.example.com/v1/items'],
    ['/../admin', 'https://api.example.com/admin'],
  ])('makes an address of %s', (place, href) => {
    expect(request({ place }).url.href).toBe(href)
  })

  it('puts paths below an API that has none', () => {
    expect(request({}, 'https://api.example.com').url.href).toBe('https://api.example.com/items')
  })

  it('takes a method in any case, and refuses what is none', () => {
    expect(request({ method: 'patch' }).method).toBe('PATCH')
    for (const method of ['CONNECT', 'TRACE', 'G\r\nET', '']) {
      expect(() => request({ method })).toThrow('is no method')
    }
  })

  it('makes a query of the fields of a GET', () => {
    const { url, body } = request({ place: '/items?a=0', fields: ['a=1', 'a=2', 'b:=[3]', 'c=x=y&z'] })
    expect(url.search).toBe('?a=0&a=1&a=2&b=%5B3%5D&c=x%3Dy%26z')
    expect(body).toBeUndefined()
  })

  it('makes a JSON object of the fields of everything else, of texts and of JSON', () => {
    const { body, headers } = request({
      method: 'POST',
      fields: ['title=Zoë', 'year=2026', 'count:=3', 'tags:=["a"]', 'none:=null', '__proto__=x', 'empty='],
    })
    expect(body).toBe(
      '{"title":"Zoë","year":"2026","count":3,"tags":["a"],"none":null,"__proto__":"x","empty":""}',
    )
    expect(headers).toMatchObject({ 'content-type': 'application/json' })
  })

  it.each([['title'], ['=x'], [':=1'], ['a:={'], ['a=1', 'a=2']])('refuses the fields %j', (...fields) => {
    expect(() => request({ method: 'POST', fields })).toThrow(
      expect.objectContaining({ code: 'USAGE' }) as unknown as Error,
    )
  })

  it('joins a header that is given twice, and lets it replace what authcli would send', () => {
    const { headers } = request({ headers: ['Accept: text/csv', 'X-One: a', 'x-one:  b '] })
    expect(headers).toEqual({ accept: 'text/csv', 'x-one': 'a, b' })
  })

  it.each([
    'Authorization: Bearer secret',
    'host: evil.example',
    'Content-Length: 3',
    'transfer-encoding: chunked',
    'Connection: close',
    'Proxy-Authorization: Basic secret',
    'Upgrade: h2c',
    'Expect: 100-continue',
    'User-Agent: x',
    'no colon',
    ': secret',
    'X One: a',
    'X-One: a\r\nAuthorization: b',
    'X-One: a\nb',
    'X-One: \u0000',
    'X-One: 漢',
  ])('refuses the header %j, and does not repeat what may be a secret (100)', (line) => {
    const refusal = (() => {
      try {
        request({ headers: [line] })
      } catch (error) {
        return error
      }
    })()
    expect(refusal).toMatchObject({ code: 'USAGE' })
    expect(String(refusal)).not.toContain('secret')
  })
})
