/** Says who logged in, and lets the session go on without the person: asked for wherever it is offered. */
const IDENTITY_SCOPES = ['openid', 'profile', 'email']
const OFFLINE_ACCESS = 'offline_access'

/**
 * The scope of an authorization request, as one `scope` value. `openid` is always in it, because the ID
 * token says who logged in, and `offline_access` wherever the authorization server lists it. The rest is
 * what the person asked for, or else: who they are, and everything that the API offers.
 */
export function scopeToRequest(options: {
  askedFor: readonly string[] | undefined
  offeredByApi: readonly string[]
  offeredByServer: readonly string[] | undefined
}): string {
  const { askedFor, offeredByApi, offeredByServer } = options
  const isOffered = (scope: string) => offeredByServer?.includes(scope) ?? scope === 'openid'
  const wanted = askedFor ?? [...IDENTITY_SCOPES.filter(isOffered), ...offeredByApi]
  const offline = isOffered(OFFLINE_ACCESS) ? [OFFLINE_ACCESS] : []
  return [...new Set(['openid', ...wanted, ...offline])].join(' ')
}
