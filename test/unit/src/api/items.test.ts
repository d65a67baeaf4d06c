import { describe, expect, it } from 'vitest'
import { type Item, type ItemsRequest, listItems } from '../../../../src/api/items.js'
import { HttpError, type HttpRequest } from '../../../../src/http.js'

const API = 'https://api.example.com/v1'

function item(id: string, more: Record<string, unknown> = {}) {
  return { id, title: `title ${id}`, createdAt: '2026-01-01T00:00:00Z', ...more }
}

type Answer = { status?: number; headers?: Record<string, string>; body?: unknown; text?: string }

function setUp(answers: Answer[] | ((request: HttpRequest) => Answer)) {
  const sent: string[] = []
  const bearerFetch = async (request: HttpRequest) => {
    sent.push(request.url.href)
    const answer = (Array.isArray(answers) ? answers.shift() : answers(request)) ?? {}
    const text = answer.text ?? JSON.stringify(answer.body)
    return { status: answer.status ?? 200, headers: answer.headers ?? {}, body: Buffer.from(text) }
  }
  const list = async (request: Partial<ItemsRequest> = {}) => {
    const pages: Item[][] = []
    for await (const page of listItems({ bearerFetch }, { resource: API, all: false, ...request })) {
      pages.push(page)
    }
    return pages
  }
  return { sent, list, bearerFetch }
}

describe('listItems', () => {
  it('asks for one page, and says whether there is more', async () => {
    const { bearerFetch, sent } = setUp([{ body: { items: [item('1')], next: 'c' } }])
    const pages = listItems({ bearerFetch }, { resource: API, all: false, limit: 5 })
    expect(await pages.next()).toEqual({ done: false, value: [item('1')] })
    expect(await pages.next()).toEqual({ done: true, value: true })
    expect(sent).toEqual([`${API}/items?limit=5`])
  })

  it('follows the cursors to the end, escaped as they must be', async () => {
    const { list, sent } = setUp([
      { body: { items: [item('1')], next: 'a&b=c ü' } },
      { body: { items: [], next: 'd' } },
      { body: { items: [item('2')], next: null } },
    ])
    expect(await list({ all: true })).toEqual([[item('1')], [], [item('2')]])
    expect(sent).toEqual([`${API}/items`, `${API}/items?cursor=a%26b%3Dc+%C3%BC`, `${API}/items?cursor=d`])
  })

  it('keeps fields that it does not know', async () => {
    const { list } = setUp([{ body: { items: [item('1', { colour: 'blue', note: 'n' })] } }])
    expect(await list()).toEqual([[item('1', { colour: 'blue', note: 'n' })]])
  })

  it('asks below the path of a resource with or without a slash at its end', async () => {
    const { list, sent } = setUp(() => ({ body: { items: [] } }))
    await list({ resource: 'https://api.example.com' })
    await list({ resource: 'https://api.example.com/v1/' })
    expect(sent).toEqual(['https://api.example.com/items', `${API}/items`])
  })

  it.each([
    ['no JSON', { text: '<html>' }, 'it is not a JSON object'],
    ['null', { text: 'null' }, 'it is not a JSON object'],
    ['no UTF-8', { text: '' }, 'it is not a JSON object'],
    ['a list', { body: [] }, 'it holds no list of items'],
    ['no items', { body: {} }, 'it holds no list of items'],
    ['items that are an object', { body: { items: {} } }, 'it holds no list of items'],
    ['an item that is null', { body: { items: [null] } }, 'it holds something that is no item'],
    ['an item that is a list', { body: { items: [[]] } }, 'it holds something that is no item'],
    [
      'an id that is a number',
      { body: { items: [item('1', { id: 1 })] } },
      'it holds something that is no item',
    ],
    ['no title', { body: { items: [item('1', { title: null })] } }, 'it holds something that is no item'],
    ['a note of lists', { body: { items: [item('1', { note: [] })] } }, 'it holds something that is no item'],
    ['a cursor that is a number', { body: { items: [], next: 1 } }, 'its `next` is no cursor'],
    ['an empty cursor', { body: { items: [], next: '' } }, 'its `next` is no cursor'],
    ['a huge cursor', { body: { items: [], next: 'x'.repeat(2000) } }, 'its `next` is no cursor'],
  ])('does not take %s', async (_what, answer, problem) => {
    await expect(setUp([answer]).list()).rejects.toMatchObject({
      code: 'API_REFUSED',
      message: `the API's answer can't be used: ${problem}`,
    })
  })

  it('does not go in circles', async () => {
    const cursors = ['a', 'b', 'a', 'b']
    const { list, sent } = setUp(() => ({ body: { items: [], next: cursors.shift() } }))
    await expect(list({ all: true })).rejects.toMatchObject({ message: /its pages have no end/ })
    expect(sent).toHaveLength(3)
  })
})

describe('an answer that is no success', () => {
  it('says which scope is missing, and the command that asks for it with what there is', async () => {
    const headers = {
      'www-authenticate': 'Bearer error="insufficient_scope", scope="items:read items:write"',
    }
    const { list } = setUp([{ status: 403, headers, text: '' }])
    await expect(list({ grantedScope: 'openid items:read' })).rejects.toMatchObject({
      code: 'INSUFFICIENT_SCOPE',
      message: 'this session lacks the scope items:write',
      hint: "run `authcli login --scope 'openid items:read items:write'`",
    })
  })

  it('puts nothing into a command that a shell could run', async () => {
    const headers = { 'www-authenticate': `Bearer error="insufficient_scope", scope="x';rm$IFS-rf$IFS~;'"` }
    const { list } = setUp([{ status: 403, headers, text: '' }])
    const error: unknown = await list().catch((error: unknown) => error)
    expect(error).toMatchObject({ code: 'INSUFFICIENT_SCOPE' })
    expect(error).toMatchObject({ hint: expect.not.stringContaining('rm') })
  })

  it('says that a scope is missing when the API does not say which', async () => {
    const headers = { 'www-authenticate': 'Bearer error="insufficient_scope"' }
    await expect(setUp([{ status: 403, headers, text: '' }]).list()).rejects.toMatchObject({
      code: 'INSUFFICIENT_SCOPE',
    })
  })

  it.each<[Answer, string, string]>([
    [{ status: 401 }, 'API_REFUSED', 'the API does not accept even a new access token'],
    [{ status: 403 }, 'API_REFUSED', 'the API answered 403'],
    [{ status: 404 }, 'API_REFUSED', 'the API answered 404'],
    [{ status: 302 }, 'API_REFUSED', 'the API answered 302'],
    [{ status: 500 }, 'API_UNREACHABLE', "the API can't answer right now (500)"],
    [
      { status: 503, headers: { 'retry-after': '7' } },
      'API_UNREACHABLE',
      "the API can't answer right now (503); it asks to wait 7 seconds",
    ],
    [
      { status: 429, headers: { 'retry-after': 'never' } },
      'API_UNREACHABLE',
      "the API can't answer right now (429)",
    ],
    [
      {
        status: 401,
        headers: { 'www-authenticate': 'Bearer error="insufficient_user_authentication"' },
      },
      'NOT_LOGGED_IN',
      'the API wants you to log in again for this',
    ],
  ])('is told apart: %j', async (answer, code, message) => {
    await expect(setUp([{ text: '', ...answer }]).list()).rejects.toMatchObject({ code, message })
  })

  it('says why none came', async () => {
    const { list } = setUp(() => {
      throw new HttpError('connection refused')
    })
    await expect(list()).rejects.toMatchObject({
      code: 'API_UNREACHABLE',
      message: "the API can't be reached: connection refused",
    })
  })
})
