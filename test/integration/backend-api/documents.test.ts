import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bearer, startTestApi, type TestApi } from '../../support/backend-api/test-api.js'

describe('the resource metadata', () => {
  it('says where to log in and for what (RFC 9728)', async () => {
    const api = await startTestApi()
    const response = await api.app.inject({ url: '/.well-known/oauth-protected-resource' })
    expect(response.statusCode).toBe(200)
    expect(response.headers['content-type']).toBe('application/json; charset=utf-8')
    expect(response.json()).toEqual({
      resource: 'http://127.0.0.1:9001',
      authorization_servers: [api.authService.issuer],
      scopes_supported: ['items:read', 'items:write'],
      bearer_methods_supported: ['header'],
      resource_name: 'Items',
    })
    await api.close()
  })

  it('of a resource with a path lies at the inserted place, and everything else below the path', async () => {
    const api = await startTestApi({ settings: { resource: 'https://api.example/v1' } })
    const inserted = '/.well-known/oauth-protected-resource/v1'
    for (const url of [inserted, '/.well-known/oauth-protected-resource']) {
      expect((await api.app.inject({ url })).json()).toMatchObject({ resource: 'https://api.example/v1' })
    }
    const refused = await api.app.inject({ url: '/v1/items' })
    expect(refused.headers['www-authenticate']).toBe(
      `Bearer resource_metadata="https://api.example${inserted}"`,
    )
    const headers = bearer(await api.token())
    const added = await api.app.inject({ method: 'POST', url: '/v1/items', headers, payload: { title: 'x' } })
    expect(added.headers.location).toBe(`https://api.example/v1/items/${added.json().id}`)
    expect((await api.app.inject({ url: '/items', headers })).statusCode).toBe(404)
    expect((await api.app.inject({ url: '/v1/openapi.json' })).statusCode).toBe(200)
    await api.close()
  })
})

describe('the OpenAPI document', () => {
  let api: TestApi
  beforeAll(async () => {
    api = await startTestApi()
  })
  afterAll(() => api.close())

  it('describes every route of items, with its scope and its errors', async () => {
    const { openapi, paths } = (await api.app.inject({ url: '/openapi.json' })).json()
    expect(openapi).toBe('3.1.0')
    const routes = {
      'get /items': ['items:read', ['200', '400', '401', '403', '503']],
      'post /items': ['items:write', ['201', '400', '401', '403', '413', '415', '503']],
      'get /items/{id}': ['items:read', ['200', '400', '401', '403', '404', '503']],
      'delete /items/{id}': ['items:write', ['204', '400', '401', '403', '404', '503']],
    }
    for (const [route, [scope, statuses]] of Object.entries(routes)) {
      const [method = '', path = ''] = route.split(' ')
      const operation = paths[path][method]
      expect(operation.security).toEqual([{ accessToken: [scope] }])
      expect(Object.keys(operation.responses).sort()).toEqual(statuses)
    }
  })

  it('refers only to what it holds', async () => {
    const document = (await api.app.inject({ url: '/openapi.json' })).json()
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)]
    expect(references.length).toBeGreaterThan(0)
    for (const [, name = ''] of references) expect(document.components.schemas).toHaveProperty(name)
  })

  it('shows problem documents for errors, and the limits of what is sent', async () => {
    const { paths } = (await api.app.inject({ url: '/openapi.json' })).json()
    expect(paths['/items'].get.responses['401'].content).toHaveProperty('application/problem+json')
    expect(paths['/items'].post.requestBody.content['application/json'].schema).toMatchObject({
      additionalProperties: false,
      required: ['title'],
      properties: { title: { maxLength: 200 } },
    })
    expect(paths['/items'].get.parameters).toContainEqual(
      expect.objectContaining({
        name: 'limit',
        schema: { type: 'integer', minimum: 1, maximum: 200, default: 50 },
      }),
    )
  })
})

describe('headers', () => {
  let api: TestApi
  beforeAll(async () => {
    api = await startTestApi()
  })
  afterAll(() => api.close())

  it.each([
    ['GET', '/items', {}],
    ['GET', '/items', { authorization: 'Bearer x' }],
    ['POST', '/items', {}],
    ['GET', '/nothing', {}],
    ['GET', '/%', {}],
    ['GET', '/healthz', {}],
  ] as const)('keep %s %s with %j out of every store (46)', async (method, url, headers) => {
    const response = await api.app.inject({ method, url, headers })
    expect(response.headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    })
  })

  it('keep items out of every store (46)', async () => {
    const headers = bearer(await api.token())
    const added = await api.app.inject({ method: 'POST', url: '/items', headers, payload: { title: 'x' } })
    const urls = ['/items', `/items/${added.json().id}`]
    const answers = [added, ...(await Promise.all(urls.map((url) => api.app.inject({ url, headers }))))]
    for (const answer of answers) expect(answer.headers['cache-control']).toBe('no-store')
  })

  it('open nothing to other origins', async () => {
    const headers = { origin: 'https://attacker.example', 'access-control-request-method': 'GET' }
    for (const method of ['GET', 'OPTIONS'] as const) {
      const response = await api.app.inject({ method, url: '/items', headers })
      expect(Object.keys(response.headers).filter((name) => name.startsWith('access-control'))).toEqual([])
    }
  })

  it('ask for https for ever where there is https', async () => {
    const secure = await startTestApi({ settings: { resource: 'https://api.example' } })
    const url = '/healthz'
    expect((await secure.app.inject({ url })).headers['strict-transport-security']).toMatch(/^max-age=/)
    expect((await api.app.inject({ url })).headers).not.toHaveProperty('strict-transport-security')
    await secure.close()
  })
})
