import { OAuthError } from '../oauth-error.js'

/** The scopes that the AuthService itself gives a meaning to; all others belong to resources. */
export const OWN_SCOPES = ['openid', 'profile', 'email', 'offline_access'] as const

/**
 * The scopes that an authorization request asks for, in its order, each once. Those that neither the AuthService
 * nor the named resource knows are left out, as OpenID Connect Core §3.1.2.1 advises; the token response says what
 * was granted. Without `scope`, every scope of the resource is meant: the person sees them all on the consent page.
 *
 * @param resourceScopes the scopes of the resource named by the request; empty without one.
 * @throws OAuthError `invalid_scope` when the syntax is wrong or nothing is left.
 * @see RFC 6749 §3.3
 */
export function requestedScopes(scope: string | undefined, resourceScopes: readonly string[]): string[] {
  const known = new Set<string>([...OWN_SCOPES, ...resourceScopes])
  const wanted = scope === undefined ? resourceScopes : parseScope(scope)
  const scopes = wanted.filter((name) => known.has(name))
  if (scopes.length === 0) throw new OAuthError('invalid_scope', 'no scope that is known here was asked for')
  return scopes
}

/**
 * The scope of the next access token: what a refresh asks for, or all that was granted when it asks for nothing.
 *
 * @throws OAuthError `invalid_scope` when it asks for more than was granted.
 * @see RFC 6749 §6
 */
export function narrowedScope(scope: string | undefined, grantedScope: string): string {
  if (scope === undefined) return grantedScope
  const granted = new Set(grantedScope.split(' '))
  const wanted = parseScope(scope)
  if (!wanted.every((name) => granted.has(name))) {
    throw new OAuthError('invalid_scope', 'more scope than was granted')
  }
  return wanted.join(' ')
}

/**
 * What is left of a granted scope: an operator may have withdrawn a scope from its resource since.
 *
 * @param resourceScopes the scopes that the resource has now; empty for the userinfo endpoint.
 */
export function offeredScope(scope: string, resourceScopes: readonly string[]): string {
  const offered = new Set<string>([...OWN_SCOPES, ...resourceScopes])
  return scope
    .split(' ')
    .filter((name) => offered.has(name))
    .join(' ')
}

/**
 * Splits a scope value into its names, each once.
 *
 * @throws OAuthError `invalid_scope` when it isn't `scope-token *( SP scope-token )`.
 * @see RFC 6749 §3.3
 */
export function parseScope(scope: string): string[] {
  if (!/^[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*$/.test(scope)) {
    throw new OAuthError('invalid_scope', 'scope is not a list of names with one space between them')
  }
  return [...new Set(scope.split(' '))]
}

/** Whether a granted scope, names separated by spaces, holds this one. */
export function hasScope(scope: string, name: string): boolean {
  return scope.split(' ').includes(name)
}
