import type { FastifyBaseLogger, FastifyInstance, FastifyRequest } from 'fastify'
import { audit } from '../audit.js'
import { authenticateClient } from '../checks/client-authentication.js'
import type { Context } from '../context.js'
import { ENDPOINT_PATHS } from '../endpoint-urls.js'
import { readForm } from '../form-requests.js'
import { OAuthError } from '../oauth-error.js'
import { findGrant } from '../store/grants.js'
import { endLogin } from '../store/logins.js'
import { revokeAccessToken } from '../store/revoked-access-tokens.js'
import { type AccessTokenClaims, verifyAccessToken } from '../tokens/access-token.js'
import { readRefreshToken } from '../tokens/refresh-token.js'
import { InvalidTokenError } from '../tokens/signed-token.js'

/**
 * Ends a token at the wish of its client: a refresh token, of whatever age, with its whole grant; an access token
 * alone. What is no token of ours, or has ended already, is as revoked as it can be: 200. `token_type_hint` is not
 * needed to tell the two kinds apart.
 *
 * @see RFC 7009 §2
 */
export function revocationEndpoint(app: FastifyInstance, context: Context): void {
  const { store, keys, now } = context

  app.post(ENDPOINT_PATHS.revocation, async (request, reply) => {
    const parameters = readForm(request)
    const client = await authenticateClient(context, request, parameters)
    const token = parameters.get('token')
    if (token === undefined) throw new OAuthError('invalid_request', 'token is missing')
    const refreshToken = await readRefreshToken(keys, token)
    if (refreshToken) await endGrant(refreshToken.grantId, client.id, request)
    else await endAccessToken(await readClaims(context, token), client.id, request.log)
    return reply.code(200).send()
  })

  async function endGrant(grantId: string, clientId: string, { ip, log }: FastifyRequest): Promise<void> {
    const grant = await findGrant(store.read, grantId)
    if (grant === undefined) return
    refuseOtherClient(grant.clientId, clientId)
    const reason = 'revoked by its client'
    const end = { kind: 'login-ended', reason, source: ip, now: now() } as const
    const wasAlive = await store.write((transaction) => endLogin(transaction, grant, end))
    if (wasAlive) audit(log, 'grant-revoked', { grantId, accountId: grant.accountId, clientId, reason })
  }

  async function endAccessToken(
    claims: AccessTokenClaims | undefined,
    clientId: string,
    log: FastifyBaseLogger,
  ): Promise<void> {
    if (claims === undefined) return
    refuseOtherClient(claims.client_id, clientId)
    await store.write((transaction) => revokeAccessToken(transaction, claims.jti, claims.exp * 1000))
    // A token that a client got for itself is of no grant, and its `sub` is no account.
    const { gid: grantId, sub } = claims
    audit(log, 'token-revoked', grantId === undefined ? { clientId } : { grantId, accountId: sub, clientId })
  }
}

async function readClaims(context: Context, token: string): Promise<AccessTokenClaims | undefined> {
  try {
    return await verifyAccessToken(context, token)
  } catch (error) {
    if (error instanceof InvalidTokenError) return undefined
    throw error
  }
}

/** @see RFC 7009 §2.1: "the request is refused and the client is informed of the error" */
function refuseOtherClient(ownerId: string, clientId: string): void {
  if (ownerId !== clientId) throw new OAuthError('invalid_grant', 'the token was issued to another client')
}
