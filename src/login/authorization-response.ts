import { createHash, timingSafeEqual } from 'node:crypto'

/**
 * Whether the query of a request to the redirect URI is the answer to our authorization request, and not a
 * stray, forged or mangled one: it carries our `state`, compared in constant time before anything else is
 * looked at, repeats no parameter, and holds either a code or an error. What it says is not believed here:
 * `iss` comes next, and only then the code or the error.
 * @see OAuth 2.1 §4.1.2, §7.10; RFC 9207 §2.4
 */
export function answersRequest(parameters: URLSearchParams, expectedState: string): boolean {
  if (!isSameText(parameters.get('state') ?? '', expectedState)) return false
  const names = [...parameters.keys()]
  if (new Set(names).size !== names.length) return false
  const hasCode = (parameters.get('code') ?? '') !== ''
  const hasError = (parameters.get('error') ?? '') !== ''
  return hasCode !== hasError
}

function isSameText(one: string, other: string): boolean {
  return timingSafeEqual(sha256(one), sha256(other))
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
