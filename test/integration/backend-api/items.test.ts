import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bearer, RESOURCE, startTestApi, type TestApi } from '../../support/backend-api/test-api.js'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

let accounts = 0

/** Somebody who was never here. */
async function newAccount(): Promise<{ authorization: string }> {
  accounts += 1
  return bearer(await api.token({ sub: `person-${accounts}` }))
}

async function add(headers: { authorization: string }, payload: object = { title: 'An item' }) {
  const response = await api.app.inject({ method: 'POST', url: '/items', headers, payload })
  return response.json()
}

describe('POST /items', () => {
  it('answers the item as it was kept, and where it is', async () => {
    const headers = await newAccount()
    const payload = { title: 'Crème brûlée 🍮', note: 'two lines\nof text' }
    const response = await api.app.inject({ method: 'POST', url: '/items', headers, payload })
    expect(response.statusCode).toBe(201)
    const item = response.json()
    expect(item).toEqual({
      id: expect.any(String),
      ...payload,
      createdAt: new Date(api.clock.milliseconds).toISOString(),
    })
    expect(response.headers.location).toBe(`${RESOURCE}/items/${item.id}`)
    const again = await api.app.inject({ url: `/items/${item.id}`, headers })
    expect(again.json()).toEqual(item)
  })

  it.each([
    ['nothing', {}],
    ['no title', { note: 'x' }],
    ['an empty title', { title: '' }],
    ['a title of spaces', { title: '  \u00a0' }],
    ['a title of 201 characters', { title: 'x'.repeat(201) }],
    ['a title of two lines', { title: 'a\nb' }],
    ['a title with an escape character', { title: '\u001b[31mred' }],
    ['a title with a NUL', { title: 'a\u0000b' }],
    ['a title that is a number', { title: 5 }],
    ['a title that is a list', { title: ['x'] }],
    ['a title that is null', { title: null }],
    ['a note of 2,001 characters', { title: 'x', note: 'x'.repeat(2_001) }],
    ['a note with a NUL', { title: 'x', note: 'a\u0000b' }],
    ['a note that is null', { title: 'x', note: null }],
    ['a member that nobody asked for', { title: 'x', id: 'mine' }],
    ['a list', []],
  ])('refuses %s', async (_what, payload) => {
    const response = await api.app.inject({
      method: 'POST',
      url: '/items',
      headers: await newAccount(),
      payload,
    })
    expect(response.statusCode).toBe(400)
    expect(response.headers['content-type']).toBe('application/problem+json; charset=utf-8')
    expect(response.json()).toMatchObject({ type: 'about:blank', title: 'Bad Request', status: 400 })
  })

  it.each([
    ['half of a surrogate pair', '{"title":"\\ud800"}', 400],
    ['half a document', '{"title":', 400],
    ['nothing at all', '', 400],
    ['text for JSON', 'title', 400],
    ['a key that would change every object', '{"title":"x","__proto__":{"a":1}}', 400],
    ['17 KiB', JSON.stringify({ title: 'x', note: 'x'.repeat(17 * 1024) }), 413],
  ])('refuses %s', async (_what, payload, statusCode) => {
    const headers = { ...(await newAccount()), 'content-type': 'application/json' }
    const response = await api.app.inject({ method: 'POST', url: '/items', headers, payload })
    expect(response.statusCode).toBe(statusCode)
    expect(response.json()).toMatchObject({ status: statusCode })
  })

  it.each([
    'text/plain',
    'application/xml',
    'multipart/form-data; boundary=x',
    'application/x-www-form-urlencoded',
    'nonsense',
  ])('takes JSON only, not %s', async (type) => {
    const headers = { ...(await newAccount()), 'content-type': type }
    const response = await api.app.inject({
      method: 'POST',
      url: '/items',
      headers,
      payload: '{"title":"x"}',
    })
    expect(response.statusCode).toBe(415)
    expect(response.json()).toMatchObject({ status: 415, title: 'Unsupported Media Type' })
  })
})

describe('GET /items', () => {
  it('is empty for a new account', async () => {
    const response = await api.app.inject({ url: '/items', headers: await newAccount() })
    expect(response.statusCode).toBe(200)
    expect(response.json()).toEqual({ items: [] })
    expect(response.headers.link).toBeUndefined()
    expect(response.headers['content-type']).toBe('application/json; charset=utf-8')
  })

  it('pages through all items, newest first, by the cursor and by the Link header alike', async () => {
    const headers = await newAccount()
    const ids: string[] = []
    for (let index = 0; index < 7; index += 1) {
      api.clock.milliseconds += 1
      ids.unshift((await add(headers)).id)
    }
    const seen: string[] = []
    let url = '/items?limit=3'
    while (url !== '') {
      const response = await api.app.inject({ url, headers })
      const { items, next } = response.json()
      seen.push(...items.map(({ id }: { id: string }) => id))
      url = next === undefined ? '' : `/items?limit=3&cursor=${next}`
      expect(response.headers.link).toBe(url === '' ? undefined : `<${RESOURCE}${url}>; rel="next"`)
    }
    expect(seen).toEqual(ids)
  })

  it('shows 50 items unless told, and 200 at most', async () => {
    const headers = await newAccount()
    for (let index = 0; index < 51; index += 1) await add(headers)
    const count = async (url: string) => (await api.app.inject({ url, headers })).json().items.length
    expect(await count('/items')).toBe(50)
    expect(await count('/items?limit=200')).toBe(51)
    expect(await count('/items?limit=1')).toBe(1)
  })

  it.each(['0', '201', '-1', '1.5', 'x', '', '1e99', 'null', 'NaN', '1&limit=2'])(
    'refuses limit=%s',
    async (limit) => {
      const response = await api.app.inject({ url: `/items?limit=${limit}`, headers: await newAccount() })
      expect(response.statusCode).toBe(400)
    },
  )

  it.each(['', 'x', 'AAAA', 'A'.repeat(43), 'A'.repeat(10_000), '%00', "'%20OR%201=1--", 'a&cursor=b'])(
    'refuses the forged cursor "%s"',
    async (cursor) => {
      const response = await api.app.inject({ url: `/items?cursor=${cursor}`, headers: await newAccount() })
      expect(response.statusCode).toBe(400)
      expect(response.json()).toMatchObject({ status: 400 })
    },
  )

  it('refuses the cursor of another account', async () => {
    const [mine, theirs] = [await newAccount(), await newAccount()]
    await add(mine)
    await add(mine)
    const { next } = (await api.app.inject({ url: '/items?limit=1', headers: mine })).json()
    expect((await api.app.inject({ url: `/items?cursor=${next}`, headers: mine })).statusCode).toBe(200)
    expect((await api.app.inject({ url: `/items?cursor=${next}`, headers: theirs })).statusCode).toBe(400)
  })

  it('ignores parameters that it does not know', async () => {
    const response = await api.app.inject({ url: '/items?foo=bar&a[b]=c', headers: await newAccount() })
    expect(response.statusCode).toBe(200)
  })
})

describe('an item of somebody else', () => {
  it.each(['GET', 'DELETE'] as const)('is as absent for %s as one that never was', async (method) => {
    const [mine, theirs] = [await newAccount(), await newAccount()]
    const { id } = await add(mine)
    const foreign = await api.app.inject({ method, url: `/items/${id}`, headers: theirs })
    const absent = await api.app.inject({
      method,
      url: '/items/01a20416-6b9a-7e9b-a262-7483558be2c7',
      headers: theirs,
    })
    expect(foreign.statusCode).toBe(404)
    expect(foreign.body).toBe(absent.body)
    expect((await api.app.inject({ url: `/items/${id}`, headers: mine })).statusCode).toBe(200)
  })

  it('is that of the same subject at another issuer', async () => {
    const headers = await newAccount()
    const { id } = await add(headers)
    await api.store.read
      .updateTable('accounts')
      .set({ issuer: 'https://other.example' })
      .where('subject', '=', `person-${accounts}`)
      .execute()
    expect((await api.app.inject({ url: `/items/${id}`, headers })).statusCode).toBe(404)
    expect((await api.app.inject({ url: '/items', headers })).json()).toEqual({ items: [] })
  })
})

describe.each(['GET', 'DELETE'] as const)('%s /items/:id', (method) => {
  it.each([
    'x',
    '0',
    '%00',
    '%2e%2e%2fetc',
    "'--",
    'a'.repeat(99),
    '01A20416-6B9A-7E9B-A262-7483558BE2C7',
    '__proto__',
  ])('finds nothing under "%s"', async (id) => {
    const response = await api.app.inject({ method, url: `/items/${id}`, headers: await newAccount() })
    expect(response.statusCode).toBe(404)
    expect(response.json()).toMatchObject({ status: 404 })
  })

  it.each(['a'.repeat(5_000), '%'])('answers the address of %s with a problem', async (id) => {
    const response = await api.app.inject({ method, url: `/items/${id}`, headers: await newAccount() })
    expect([400, 404, 414]).toContain(response.statusCode)
    expect(response.headers['content-type']).toBe('application/problem+json; charset=utf-8')
  })
})

it('DELETE removes an item once, with nothing in the answer', async () => {
  const headers = await newAccount()
  const { id } = await add(headers)
  const first = await api.app.inject({ method: 'DELETE', url: `/items/${id}`, headers })
  expect([first.statusCode, first.body]).toEqual([204, ''])
  expect((await api.app.inject({ method: 'DELETE', url: `/items/${id}`, headers })).statusCode).toBe(404)
})

it('HEAD /items says what GET would, without the body', async () => {
  const headers = await newAccount()
  await add(headers)
  const response = await api.app.inject({ method: 'HEAD', url: '/items', headers })
  expect([response.statusCode, response.body]).toEqual([200, ''])
})

it.each([
  ['PUT', '/items'],
  ['PATCH', '/items'],
  ['DELETE', '/items'],
  ['GET', '/'],
  ['GET', '/items/'],
  ['GET', '/admin'],
] as const)('there is nothing at %s %s', async (method, url) => {
  const response = await api.app.inject({ method, url, headers: await newAccount() })
  expect(response.statusCode).toBe(404)
  expect(response.json()).toMatchObject({ type: 'about:blank', title: 'Not Found', status: 404 })
})

it('answers a failure of its own with a bare 500, and says the rest to the log', async () => {
  const broken = await startTestApi()
  const headers = bearer(await broken.token())
  await broken.app.inject({ url: '/items', headers })
  await broken.store.close()
  const response = await broken.app.inject({ url: '/items', headers })
  expect(response.json()).toEqual({ type: 'about:blank', title: 'Internal Server Error', status: 500 })
  expect(broken.logLines()).toContainEqual(expect.objectContaining({ level: 50, msg: 'request failed' }))
  await broken.close()
})
