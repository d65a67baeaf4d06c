/** Whether a value is one scope: visible ASCII without quote and backslash (RFC 6749 §3.3). */
export function isScopeToken(value: unknown): value is string {
  return typeof value === 'string' && value.length <= 256 && /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(value)
}

/**
 * The scopes in a `scope` value, each once, in their order; undefined when a part of it is no scope.
 * Several spaces in a row are taken for one.
 * @see RFC 6749 §3.3
 */
export function parseScope(scope: string): string[] | undefined {
  const tokens = scope.split(' ').filter((token) => token !== '')
  return tokens.every(isScopeToken) ? [...new Set(tokens)] : undefined
}
