import { describe, expect, it } from 'vitest'
import { createWebFetch } from '../../../../src/api/web-fetch.js'
import { HttpError, type HttpRequest, type HttpResponse } from '../../../../src/http.js'

const API = 'https://api.example.com/v1'

function setUp(answer: Partial<HttpResponse> = {}) {
  const sent: HttpRequest[] = []
  const webFetch = createWebFetch(async (request) => {
    sent.push(request)
    return { status: 200, headers: {}, body: new Uint8Array(), ...answer }
  }, API)
  const bodies = () => sent.map(({ body }) => body && Buffer.from(body).toString())
  return { webFetch, sent, bodies }
}

describe('the fetch that everybody knows', () => {
  it.each([
    ['items?limit=2', `${API}/items?limit=2`],
    [`${API}/items`, `${API}/items`],
    [new URL(`${API}/items`), `${API}/items`],
    [new Request(`${API}/items`), `${API}/items`],
  ])('takes %s', async (input, url) => {
    const { webFetch, sent } = setUp()
    const response = await webFetch(input)
    expect(sent.map((request) => [request.method, request.url.href])).toEqual([['GET', url]])
    expect(response.url).toBe(url)
  })

  it('sends method, headers and body, whatever kind of body it is', async () => {
    const { webFetch, sent, bodies } = setUp()
    await webFetch('items', { method: 'post', headers: { 'X-A': 'b' }, body: 'text' })
    await webFetch('items', { method: 'PUT', body: new URLSearchParams({ a: 'b c' }) })
    await webFetch('items', { method: 'PATCH', body: new Blob(['blob']).stream(), duplex: 'half' })
    await webFetch(new Request(`${API}/items`, { method: 'POST', body: 'of a request' }))
    expect(bodies()).toEqual(['text', 'a=b+c', 'blob', 'of a request'])
    expect(sent[0]).toMatchObject({ method: 'POST', headers: { 'x-a': 'b' } })
    expect(sent[1]?.headers).toMatchObject({
      'content-type': expect.stringMatching(/^application\/x-www-form/),
    })
  })

  it('sends no body where there is none', async () => {
    const { webFetch, sent } = setUp()
    await webFetch('items', { method: 'DELETE' })
    expect(sent[0]).not.toHaveProperty('body')
  })

  it('gives back status, headers and body', async () => {
    const { webFetch } = setUp({ status: 418, headers: { 'x-a': 'b' }, body: Buffer.from('{"a":1}') })
    const response = await webFetch('items')
    expect([response.status, response.ok, response.headers.get('x-a')]).toEqual([418, false, 'b'])
    expect(await response.json()).toEqual({ a: 1 })
  })

  it.each([204, 205, 304])('gives back a %i, which never has a body', async (status) => {
    const { webFetch } = setUp({ status })
    expect(await webFetch('items')).toMatchObject({ status, body: null })
  })

  it('gives back a redirect, and does not follow it (100)', async () => {
    const { webFetch, sent } = setUp({ status: 302, headers: { location: 'https://example.com/' } })
    expect((await webFetch('items')).status).toBe(302)
    expect(sent).toHaveLength(1)
  })

  it('passes on the signal', async () => {
    const { webFetch, sent } = setUp()
    const controller = new AbortController()
    await webFetch('items', { signal: controller.signal })
    controller.abort()
    expect(sent[0]?.signal?.aborted).toBe(true)
  })

  it('tells apart that the API can not be reached', async () => {
    const webFetch = createWebFetch(async () => {
      throw new HttpError('connection refused')
    }, API)
    await expect(webFetch('items')).rejects.toMatchObject({ code: 'API_UNREACHABLE' })
  })

  it('makes no request with a method that is not known', async () => {
    const { webFetch, sent } = setUp()
    await expect(webFetch('items', { method: 'BREW' })).rejects.toThrow(TypeError)
    expect(sent).toEqual([])
  })
})
