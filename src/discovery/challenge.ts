import { parseChallenges } from './www-authenticate.js'

/** What a `WWW-Authenticate: Bearer` challenge says. A parameter that breaks its own grammar is left out. */
export interface BearerChallenge {
  /** RFC 6750 §3.1: `invalid_token`, `insufficient_scope`, …; absent when the request had no credentials. */
  error?: string
  errorDescription?: string
  /** Space-separated scopes that the request would have needed. */
  scope?: string
  /** RFC 9728 §5.1: where the resource's metadata is. */
  resourceMetadata?: string
}

/** What RFC 6750 §3 lets `error`, `error_description` and `scope` hold. */
const PRINTABLE_TEXT = /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/
const VISIBLE_TEXT = /^[\x21\x23-\x5b\x5d-\x7e]+$/

/**
 * Reads the first Bearer challenge out of a `WWW-Authenticate` header, which may hold several challenges.
 * Undefined when there is no header, no Bearer challenge in it, or the header breaks the grammar.
 * @see RFC 6750 §3, RFC 9728 §5.1
 */
export function parseBearerChallenge(header: string | undefined): BearerChallenge | undefined {
  const challenges = header === undefined ? undefined : parseChallenges(header)
  const bearer = challenges?.find((challenge) => challenge.scheme === 'bearer')
  if (bearer === undefined) return undefined

  const textOf = (name: string, grammar: RegExp): string | undefined => {
    const value = bearer.parameters.get(name)
    return value !== undefined && grammar.test(value) ? value : undefined
  }
  const error = textOf('error', PRINTABLE_TEXT)
  const errorDescription = textOf('error_description', PRINTABLE_TEXT)
  const scope = textOf('scope', PRINTABLE_TEXT)
  const resourceMetadata = textOf('resource_metadata', VISIBLE_TEXT)
  return {
    ...(error !== undefined && { error }),
    ...(errorDescription !== undefined && { errorDescription }),
    ...(scope !== undefined && { scope }),
    ...(resourceMetadata !== undefined && { resourceMetadata }),
  }
}
