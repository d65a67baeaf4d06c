import { AuthcliError } from '../errors.js'
import type { HttpResponse } from '../http.js'
import { reachApi, requireAnswer } from './api-answer.js'
import type { BearerFetch } from './bearer-fetch.js'

/** One item as the API sends it. Fields that authcli does not know stay in it. */
export interface Item {
  id: string
  title: string
  note?: string
  /** RFC 3339, in UTC. */
  createdAt: string
}

export interface ItemsRequest {
  /** The resource identifier in canonical form. */
  resource: string
  /** Items a page; what the API takes is its business. */
  limit?: number
  /** Every page, not only the first. */
  all: boolean
  /** Scopes that the session has: with the one that is missing they make the command to type. */
  grantedScope?: string
}

/** A cursor is short. */
const MAX_CURSOR_CHARACTERS = 1024

/** An API that never comes to an end is broken; this many pages would hold millions of items. */
const MAX_PAGES = 100_000

/**
 * Lists the items of the person who is logged in, a page at a time: `GET {resource}/items`.
 * @returns whether there are more than were asked for
 * @throws AuthcliError API_UNREACHABLE, API_REFUSED, INSUFFICIENT_SCOPE, and whatever access tokens throw.
 */
export async function* listItems(
  dependencies: { bearerFetch: BearerFetch },
  request: ItemsRequest,
): AsyncGenerator<Item[], boolean, undefined> {
  const seen = new Set<string>()
  for (let cursor: string | undefined; ; ) {
    const url = itemsUrl(request, cursor)
    const response = await reachApi(() =>
      dependencies.bearerFetch({ method: 'GET', url, headers: { accept: 'application/json' } }),
    )
    requireAnswer(response, 200, request.grantedScope)
    const page = parsePage(response)
    yield page.items
    cursor = page.next
    if (cursor === undefined || !request.all) return cursor !== undefined
    if (seen.has(cursor) || seen.size >= MAX_PAGES) throw malformed('its pages have no end')
    seen.add(cursor)
  }
}

function itemsUrl({ resource, limit }: ItemsRequest, cursor: string | undefined): URL {
  const url = new URL(`${resource.replace(/\/$/, '')}/items`)
  if (limit !== undefined) url.searchParams.set('limit', String(limit))
  if (cursor !== undefined) url.searchParams.set('cursor', cursor)
  return url
}

function parsePage(response: HttpResponse): { items: Item[]; next?: string } {
  const page = parseObject(response.body)
  if (page === undefined) throw malformed('it is not a JSON object')
  const { items, next } = page
  if (!Array.isArray(items)) throw malformed('it holds no list of items')
  if (!items.every(isItem)) throw malformed('it holds something that is no item')
  if (next === undefined || next === null) return { items }
  if (typeof next !== 'string' || next === '' || next.length > MAX_CURSOR_CHARACTERS) {
    throw malformed('its `next` is no cursor')
  }
  return { items, next }
}

function isItem(value: unknown): value is Item {
  if (typeof value !== 'object' || value === null) return false
  const { id, title, note, createdAt } = value as Record<string, unknown>
  return (
    typeof id === 'string' &&
    typeof title === 'string' &&
    (note === undefined || typeof note === 'string') &&
    typeof createdAt === 'string'
  )
}

function parseObject(body: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

function malformed(problem: string): AuthcliError {
  return new AuthcliError('API_REFUSED', `the API's answer can't be used: ${problem}`)
}
