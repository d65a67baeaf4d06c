import type { FastifyInstance } from 'fastify'
import { checkAccessToken } from '../checks/access-token.js'
import { authenticateResource } from '../checks/client-authentication.js'
import { whyRefreshEnded } from '../checks/grant-end.js'
import { offeredScope } from '../checks/scope.js'
import type { Context } from '../context.js'
import { ENDPOINT_PATHS } from '../endpoint-urls.js'
import { readForm } from '../form-requests.js'
import { decideRotation } from '../grants/refresh-rotation.js'
import { retryMs } from '../grants/refresh-token.js'
import { OAuthError } from '../oauth-error.js'
import type { Account } from '../store/accounts.js'
import { findGrantAndAccount } from '../store/grants.js'
import type { Resource } from '../store/resources.js'
import { type RefreshToken, readRefreshToken } from '../tokens/refresh-token.js'

const INACTIVE = { active: false } as const

/**
 * Tells a protected resource whether a token counts at this moment, and about whom it is. A resource learns about
 * tokens that are for itself and about no others; every other answer is the same few bytes, whatever the reason.
 *
 * @see RFC 7662 §2
 */
export function introspectionEndpoint(app: FastifyInstance, context: Context): void {
  app.post(ENDPOINT_PATHS.introspection, async (request) => {
    const parameters = readForm(request)
    const resource = await authenticateResource(context, request, parameters)
    const token = parameters.get('token')
    if (token === undefined) throw new OAuthError('invalid_request', 'token is missing')
    const refreshToken = await readRefreshToken(context.keys, token)
    const answer = refreshToken
      ? await describeRefreshToken(context, refreshToken, resource)
      : await describeAccessToken(context, token, resource)
    if (answer.active) return answer
    request.log.info({ reason: answer.reason, resource: resource.url }, 'token not active')
    return INACTIVE
  })
}

/** @see RFC 7662 §2.2 */
async function describeAccessToken(context: Context, token: string, resource: Resource) {
  const checked = await checkAccessToken(context, token, resource.url)
  if ('refused' in checked) return { active: false, reason: checked.refused } as const
  const { iss, sub, aud, client_id, iat, exp, jti, auth_time } = checked.claims
  const scope = offeredScope(checked.claims.scope, resource.scopes)
  const person = checked.account === undefined ? {} : wordsFor(checked.account)
  const active = true as const
  return {
    active,
    iss,
    sub,
    aud,
    client_id,
    ...person,
    scope,
    token_type: 'Bearer',
    iat,
    exp,
    jti,
    auth_time,
  }
}

/** A client that acts for itself has none of these: its `sub` is its `client_id`. */
function wordsFor({ username, name, email }: Account) {
  return email === null ? { username, name } : { username, name, email }
}

/**
 * A refresh token is described without `scope`, `aud` and `token_type`, so that no resource which only asks whether a
 * token is active for it, and for what, can take one for an access token.
 */
async function describeRefreshToken(context: Context, presented: RefreshToken, resource: Resource) {
  const { settings, store, now } = context
  const found = await findGrantAndAccount(store.read, presented.grantId)
  if (found === undefined) return { active: false, reason: 'the grant is gone' } as const
  const { grant, account } = found
  if (grant.resource !== resource.url)
    return { active: false, reason: 'the grant is for another resource' } as const
  const ended = whyRefreshEnded(grant, account, settings, now())
  if (ended !== undefined) return { active: false, reason: ended } as const
  const decision = decideRotation(grant, presented, { retryMs: retryMs(settings), now: now() })
  if ('reason' in decision) return { active: false, reason: decision.reason } as const
  const idleEnd = grant.lastUsedAt + settings.grantIdleSeconds * 1000
  const absoluteEnd = grant.createdAt + settings.grantAbsoluteSeconds * 1000
  return {
    active: true as const,
    iss: settings.issuer,
    sub: account.id,
    client_id: grant.clientId,
    username: account.username,
    exp: Math.floor(Math.min(idleEnd, absoluteEnd) / 1000),
  }
}
