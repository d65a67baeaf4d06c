import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bearer, startTestApi, type TestApi } from '../../support/backend-api/test-api.js'

const CLIENT = 'nightly'

describe.each(['introspection', 'jwks'] as const)('a client that acts for itself, with %s', (mode) => {
  let api: TestApi
  beforeAll(async () => {
    api = await startTestApi({ mode })
  })
  afterAll(() => api.close())

  /** The titles of the items that a token with these claims finds. */
  async function titles(claims: Record<string, unknown>): Promise<string[]> {
    const response = await api.app.inject({ url: '/items', headers: bearer(await api.token(claims)) })
    expect(response.statusCode).toBe(200)
    return response.json().items.map(({ title }: { title: string }) => title)
  }

  async function add(claims: Record<string, unknown>, title: string): Promise<string> {
    const headers = bearer(await api.token(claims))
    const response = await api.app.inject({ method: 'POST', url: '/items', headers, payload: { title } })
    expect(response.statusCode).toBe(201)
    return response.json().id
  }

  it('has items of its own, and nobody else’s (40)', async () => {
    const id = await add({ sub: CLIENT, client_id: CLIENT }, 'of the client')
    await add({ sub: 'ada', client_id: CLIENT }, 'of ada')
    expect(await titles({ sub: CLIENT, client_id: CLIENT })).toEqual(['of the client'])
    expect(await titles({ sub: 'ada', client_id: CLIENT })).toEqual(['of ada'])
    const headers = bearer(await api.token({ sub: 'ada', client_id: CLIENT }))
    expect((await api.app.inject({ url: `/items/${id}`, headers })).statusCode).toBe(404)
  })

  it('does not find the items of a person of the same name, and they not its (40)', async () => {
    const name = 'same-name'
    await add({ sub: name, client_id: 'authcli' }, 'of the person')
    await add({ sub: name, client_id: name }, 'of the client')
    expect(await titles({ sub: name, client_id: 'authcli' })).toEqual(['of the person'])
    expect(await titles({ sub: name, client_id: name })).toEqual(['of the client'])
  })

  it('needs the scope of the route like anybody (94)', async () => {
    const token = await api.token({ sub: CLIENT, client_id: CLIENT, scope: 'items:read' })
    const request = {
      method: 'POST',
      url: '/items',
      headers: bearer(token),
      payload: { title: 'x' },
    } as const
    expect((await api.app.inject(request)).statusCode).toBe(403)
  })
})
