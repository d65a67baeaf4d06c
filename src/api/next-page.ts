import { AuthcliError } from '../errors.js'
import { isBelow } from './below-resource.js'

/** A page of a list, as far as it says where the next one is. */
export interface Page {
  url: URL
  /** The `Link` header. */
  link: string | undefined
  /** The body, where it is JSON. */
  document: unknown
}

/** Members of a JSON page that hold the cursor of the next one, as they are met in the wild. */
const CURSOR_MEMBERS = ['next', 'nextCursor', 'next_cursor']

/** The parameter that takes such a cursor. */
const CURSOR_PARAMETER = 'cursor'

/**
 * The address of the next page: that of a `Link` header with `rel="next"`; or else what the body calls `next`,
 * `nextCursor` or `next_cursor`, which is an address, or a cursor to repeat the request with.
 * @param resource the resource identifier in canonical form
 * @returns undefined on the last page
 * @throws AuthcliError API_REFUSED for an address that is not below the resource.
 * @see RFC 8288 §3
 */
export function nextPageUrl({ url, link, document }: Page, resource: string): URL | undefined {
  const target = (link === undefined ? undefined : nextIn(link)) ?? cursorIn(document)
  if (target === undefined) return undefined
  const next = typeof target === 'string' ? resolve(target, url) : withCursor(url, target.cursor)
  if (next !== undefined && isBelow(next, resource)) return next
  const message = 'the API names a next page that is not its own'
  throw new AuthcliError('API_REFUSED', message, { hint: `what is not below ${resource} gets no token` })
}

/** A target in angle brackets, then parameters; and one parameter: a name, and a token or a quoted string. */
const LINK = /<([^>]*)>((?:\s*;\s*[^\s=;,"]+(?:\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^\s",;]*))?)*)/g
const PARAMETER = /;\s*([^\s=;,"]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",;]*)))?/g

/** The target of the first link whose relation types include `next`. */
function nextIn(header: string): string | undefined {
  for (const [, target = '', parameters = ''] of header.matchAll(LINK)) {
    const rel = [...parameters.matchAll(PARAMETER)].find(([, name]) => name?.toLowerCase() === 'rel')
    const [, , quoted, token] = rel ?? []
    const types = (quoted ?? token ?? '').toLowerCase().split(/\s+/)
    if (types.includes('next')) return target.trim()
  }
  return undefined
}

function cursorIn(document: unknown): string | { cursor: string } | undefined {
  if (typeof document !== 'object' || document === null) return undefined
  const members = new Map(Object.entries(document))
  const value = CURSOR_MEMBERS.map((name) => members.get(name)).find(
    (each) => typeof each === 'string' && each !== '',
  )
  if (typeof value !== 'string') return undefined
  return /^https?:\/\//i.test(value) ? value : { cursor: value }
}

function resolve(target: string, base: URL): URL | undefined {
  return URL.canParse(target, base.href) ? new URL(target, base.href) : undefined
}

function withCursor(url: URL, cursor: string): URL {
  const next = new URL(url)
  next.searchParams.set(CURSOR_PARAMETER, cursor)
  return next
}
