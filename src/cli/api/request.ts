import { AuthcliError } from '../../errors.js'
import type { HttpRequest } from '../../http.js'

/** What the command line says of a request, beside its body. */
export interface RequestWords {
  method: string
  /** A path below the API, or a whole address. */
  place: string
  fields: readonly string[]
  headers: readonly string[]
  /** The body comes from somewhere else. */
  hasInput: boolean
}

/** What an API can be asked to do. */
export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'] as const

/** RFC 9110 §5.6.2. */
const HEADER_NAME = /^[!#$%&'*+\-.^_`|~\dA-Za-z]+$/
/** What can be sent as one byte each, without what ends a line. */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

/** What belongs to authcli, or to the connection: a second one would break the request, or send it elsewhere. */
const RESERVED_HEADERS = [
  'authorization',
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'te',
  'traceparent',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'user-agent',
]

/**
 * Makes the request that a command line means. Fields become the query of GET and HEAD, and a JSON object for
 * every other method: `key=text`, or `key:=json` for what is no text.
 * @param resource the resource identifier in canonical form: paths are below it
 * @throws AuthcliError USAGE that says what can't be meant.
 */
export function apiRequest(words: RequestWords, resource: string): HttpRequest {
  const method = METHODS.find((each) => each === words.method.toUpperCase())
  if (method === undefined) {
    throw usage(`${JSON.stringify(words.method)} is no method`, `use one of ${METHODS.join(', ')}`)
  }
  const url = placeOf(words.place, resource)
  const headers = { accept: 'application/json, */*;q=0.8', ...headersOf(words.headers) }
  if (words.hasInput) return { method, url, headers: { 'content-type': 'application/json', ...headers } }
  const fields = words.fields.map(readField)
  if (fields.length === 0) return { method, url, headers }
  if (method === 'GET' || method === 'HEAD') {
    for (const [name, value] of fields) {
      url.searchParams.append(name, typeof value === 'string' ? value : JSON.stringify(value))
    }
    return { method, url, headers }
  }
  const repeated = fields.find(([name], index) => fields.findIndex(([each]) => each === name) !== index)
  if (repeated !== undefined) throw usage(`the field ${JSON.stringify(repeated[0])} is given twice`)
  const body = JSON.stringify(Object.fromEntries(fields))
  return { method, url, headers: { 'content-type': 'application/json', ...headers }, body }
}

/** Nothing is resolved as a browser would do it: `//host` is a path too. */
function placeOf(place: string, resource: string): URL {
  const isAddress = /^[a-z][a-z\d+.-]*:\/\//i.test(place)
  const path = place.startsWith('?') ? place : `/${place.replace(/^\//, '')}`
  const text = isAddress ? place : `${resource.replace(/\/$/, '')}${path}`
  if (!URL.canParse(text)) throw usage(`${JSON.stringify(place)} is neither a path nor an address`)
  const url = new URL(text)
  url.hash = ''
  return url
}

function headersOf(lines: readonly string[]): Record<string, string> {
  const headers = new Map<string, string>()
  for (const line of lines) {
    const colon = line.indexOf(':')
    const name = line.slice(0, Math.max(colon, 0)).toLowerCase()
    const value = line.slice(colon + 1).trim()
    // The value may be a secret: it is not repeated.
    if (!HEADER_NAME.test(name)) {
      throw usage('a header has a name, a colon and a value', "for example `--header 'Accept: text/csv'`")
    }
    if (!HEADER_VALUE.test(value)) throw usage(`the header ${name} holds what no header can carry`)
    if (RESERVED_HEADERS.includes(name) || name.startsWith('proxy-')) {
      throw usage(`the header ${name} can't be given: authcli, or the connection, has its own`)
    }
    const before = headers.get(name)
    headers.set(name, before === undefined ? value : `${before}, ${value}`)
  }
  return Object.fromEntries(headers)
}

function readField(text: string): [name: string, value: unknown] {
  const equals = text.indexOf('=')
  const isJson = text[equals - 1] === ':'
  const name = text.slice(0, isJson ? equals - 1 : equals)
  const value = text.slice(equals + 1)
  if (equals < 0 || name === '') {
    throw usage(
      'a field has a name, `=` and a value',
      'for example `--field title=Tea` or `--field count:=3`',
    )
  }
  if (!isJson) return [name, value]
  try {
    return [name, JSON.parse(value)]
  } catch (cause) {
    throw usage(`the value of the field ${JSON.stringify(name)} is no JSON`, undefined, cause)
  }
}

function usage(message: string, hint?: string, cause?: unknown): AuthcliError {
  return new AuthcliError('USAGE', message, {
    ...(hint !== undefined && { hint }),
    ...(cause !== undefined && { cause }),
  })
}
