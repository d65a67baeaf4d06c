/**
 * The scope of an authorization request, as one `scope` value. `openid` is always in it, because the ID
 * token says who logged in; where the authorization server lists them, so are `profile`, which gives them a
 * name, and `offline_access`, by which the session goes on without them. The rest is what the person asked
 * for, or else: their address, and everything that the API offers.
 */
export function scopeToRequest(options: {
  askedFor: readonly string[] | undefined
  offeredByApi: readonly string[]
  offeredByServer: readonly string[] | undefined
}): string {
  const { askedFor, offeredByApi, offeredByServer = [] } = options
  const ifListed = (scope: string) => (offeredByServer.includes(scope) ? [scope] : [])
  const wanted = askedFor ?? [...ifListed('email'), ...offeredByApi]
  const scopes = ['openid', ...ifListed('profile'), ...wanted, ...ifListed('offline_access')]
  return [...new Set(scopes)].join(' ')
}
