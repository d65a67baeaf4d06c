import { TEST_CODE_CHALLENGE, TEST_REDIRECT_URI } from './codes.js'
import { TEST_RESOURCE } from './test-context.js'

/** The parameters of an authorization request as `authcli` makes it. */
export const AUTHORIZATION_PARAMETERS = {
  response_type: 'code',
  client_id: 'authcli',
  redirect_uri: TEST_REDIRECT_URI,
  scope: 'openid profile items:read items:write',
  state: 'the state',
  nonce: 'the nonce',
  resource: TEST_RESOURCE,
  code_challenge: TEST_CODE_CHALLENGE,
  code_challenge_method: 'S256',
}

/** The query of an authorization request, changed: a parameter that is undefined is left out. */
export function authorizationQuery(changes: Record<string, string | undefined> = {}): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries({ ...AUTHORIZATION_PARAMETERS, ...changes })) {
    if (value !== undefined) query.append(name, value)
  }
  return query.toString()
}

/** The path and query of an authorization request. */
export function authorizationPath(changes: Record<string, string | undefined> = {}): string {
  return `/auth/authorize?${authorizationQuery(changes)}`
}
