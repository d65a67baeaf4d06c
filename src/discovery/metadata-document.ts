import { AuthcliError } from '../errors.js'
import type { Http } from '../http.js'
import { type Asked, ask } from './ask.js'

/** A document to fetch: where, from whom, and what it is called ("the resource metadata"). */
export interface MetadataRequest extends Asked {
  url: URL
  document: string
}

/** A JSON object, or why there is none, as words that follow "the … at URL". */
export type MetadataAnswer = { document: Record<string, unknown> } | { problem: string }

/** An honest document has a few kilobytes. */
const MAX_DOCUMENT_BYTES = 262_144

/** Values of other people's documents are shown up to this length. */
const MAX_QUOTED_CHARACTERS = 120

/**
 * Fetches one metadata document.
 * @throws AuthcliError API_UNREACHABLE or AUTH_SERVICE_UNREACHABLE when no answer came, or a 5xx or 429 did.
 */
export async function fetchMetadataDocument(
  dependencies: { http: Http },
  request: MetadataRequest,
): Promise<MetadataAnswer> {
  const response = await ask(dependencies.http, request.url, request)
  if (response.status !== 200) return { problem: `is not there (the answer was ${response.status})` }
  if (!isJson(response.headers['content-type'])) return { problem: 'is not JSON by its content type' }
  if (response.body.byteLength > MAX_DOCUMENT_BYTES) return { problem: 'is too large' }
  const document = parseObject(response.body)
  return document === undefined ? { problem: 'is not a JSON object' } : { document }
}

function isJson(contentType: string | undefined): boolean {
  const mediaType = contentType?.split(';', 1)[0]?.trim().toLowerCase() ?? ''
  return mediaType === 'application/json' || /^application\/[\w.-]+\+json$/.test(mediaType)
}

function parseObject(body: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The error of a document that can't be used. `problem` follows "the … at URL". */
export function discoveryFailed(
  request: Pick<MetadataRequest, 'url' | 'document'>,
  problem: string,
  hint?: string,
): AuthcliError {
  const message = `${request.document} at ${request.url.href} ${problem}`
  return new AuthcliError('DISCOVERY_FAILED', message, hint === undefined ? {} : { hint })
}

/** A value of somebody else's document, short and on one line, fit for an error message. */
export function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > MAX_QUOTED_CHARACTERS ? `${text.slice(0, MAX_QUOTED_CHARACTERS - 1)}…` : text
}
