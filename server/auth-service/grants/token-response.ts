import { hasScope } from '../checks/scope.js'
import type { Context } from '../context.js'
import type { Account } from '../store/accounts.js'
import type { Client } from '../store/clients.js'
import type { Grant } from '../store/grants.js'
import { issueAccessToken } from '../tokens/access-token.js'
import { issueIdToken } from '../tokens/id-token.js'
import { createRefreshToken } from '../tokens/refresh-token.js'

/** What the token endpoint answers. @see RFC 6749 §5.1; OpenID Connect Core §3.1.3.3 */
export interface TokenResponse {
  access_token: string
  token_type: 'Bearer'
  /** Seconds. */
  expires_in: number
  scope: string
  refresh_token?: string
  id_token?: string
}

/** What a token response is made from. */
export interface Issue {
  client: Client
  account: Account
  grant: Grant
  /** That of the access token; the grant and its refresh tokens keep theirs. */
  scope: string
  /** That of the authorization request; none after a refresh (OpenID Connect Core §12.2). */
  nonce?: string | null
  /** The generation of the refresh token to issue; none is issued without it. */
  refreshGeneration?: number | undefined
}

/** Makes the tokens of one response. Stores nothing: what they rest on has been committed before. */
export function issueTokens(context: Context, issue: Issue): TokenResponse {
  const { client, account, grant, scope, nonce = null, refreshGeneration } = issue
  const { accessToken, expiresInSeconds } = issueAccessToken(context, grant, scope)
  const response: TokenResponse = {
    access_token: accessToken,
    token_type: 'Bearer',
    expires_in: expiresInSeconds,
    scope,
  }
  if (refreshGeneration !== undefined) {
    const next = { grantId: grant.id, generation: refreshGeneration }
    response.refresh_token = createRefreshToken(context.keys, next)
  }
  if (hasScope(scope, 'openid')) {
    const { authTime } = grant
    response.id_token = issueIdToken(context, { client, account, scope, authTime, nonce, accessToken })
  }
  return response
}
