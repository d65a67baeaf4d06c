import { afterAll, beforeAll, expect, it } from 'vitest'
import { bearer, startTestApi, type TestApi } from '../../support/backend-api/test-api.js'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi({ mode: 'introspection', settings: { dev: true } })
})
afterAll(() => api.close())

async function titles(headers: { authorization: string }): Promise<string[]> {
  const { items } = (await api.app.inject({ url: '/items', headers })).json()
  return items.map(({ title }: { title: string }) => title)
}

it('a new account finds a few items in development, one with its name, one that is not ASCII', async () => {
  const found = await titles(bearer(await api.token({ sub: 'new' })))
  expect(found.length).toBeGreaterThan(2)
  expect(found[0]).toBe('Welcome, Demo Person')
  expect(found.join('')).toMatch(/\p{Script=Han}|ü/u)
})

it('finds them once, also when two requests are the first', async () => {
  const headers = bearer(await api.token({ sub: 'twice' }))
  const [one, other] = await Promise.all([titles(headers), titles(headers)])
  expect(one).toEqual(other)
  expect(await titles(headers)).toEqual(one)
})

it('does not find them again after deleting them', async () => {
  const headers = bearer(await api.token({ sub: 'tidy' }))
  const { items } = (await api.app.inject({ url: '/items', headers })).json()
  for (const { id } of items) await api.app.inject({ method: 'DELETE', url: `/items/${id}`, headers })
  expect(await titles(headers)).toEqual([])
})

it('finds them beside the item that its first request adds', async () => {
  const headers = bearer(await api.token({ sub: 'busy' }))
  await api.app.inject({ method: 'POST', url: '/items', headers, payload: { title: 'Mine' } })
  const found = await titles(headers)
  expect(found).toContain('Mine')
  expect(found).toContain('Welcome, Demo Person')
})

it('a name that is no line of text makes one', async () => {
  api.authService.introspect = (token) => ({
    ...JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()),
    active: true,
    name: `\u001b[31mA\u0000\n${'🍮'.repeat(200)}`,
  })
  const [welcome] = await titles(bearer(await api.token({ sub: 'odd' })))
  expect(welcome).toBe(`Welcome, [31mA${'🍮'.repeat(95)}`)
})
