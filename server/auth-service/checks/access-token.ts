import type { Context } from '../context.js'
import type { Account } from '../store/accounts.js'
import { findClientAccess } from '../store/client-access.js'
import { findGrantAndAccount } from '../store/grants.js'
import { isAccessTokenRevoked } from '../store/revoked-access-tokens.js'
import {
  type AccessTokenClaims,
  type ClientAccessTokenClaims,
  type PersonAccessTokenClaims,
  verifyAccessToken,
} from '../tokens/access-token.js'
import { InvalidTokenError } from '../tokens/signed-token.js'
import { whyClientAccessEnded } from './client-access-end.js'
import { whyGrantEnded } from './grant-end.js'

/** An access token that counts at this moment, and whom it is about: nobody, if a client got it for itself. */
export interface LiveAccessToken {
  claims: AccessTokenClaims
  account: Account | undefined
}

type Checked = LiveAccessToken | { refused: string }

/**
 * Everything that decides whether an access token counts for one audience: signature, type, issuer, times, audience,
 * and whether it, its grant, its account or its client has ended since.
 *
 * @param audience the resource, or the userinfo endpoint, that was given the token.
 * @returns the exact reason, for the log, where it does not.
 * @see RFC 9068 §4; RFC 7662 §4
 */
export async function checkAccessToken(context: Context, token: string, audience: string): Promise<Checked> {
  const claims = await readAccessToken(context, token)
  if ('refused' in claims) return claims
  if (claims.aud !== audience) return { refused: 'the token is for another resource' }
  const live =
    claims.gid === undefined ? await checkClient(context, claims) : await checkGrant(context, claims)
  if ('refused' in live) return live
  if (await isAccessTokenRevoked(context.store.read, claims.jti)) return { refused: 'the token was revoked' }
  return live
}

async function checkGrant(context: Context, claims: PersonAccessTokenClaims): Promise<Checked> {
  const found = await findGrantAndAccount(context.store.read, claims.gid)
  if (found === undefined) return { refused: 'the grant is gone' }
  const ended = whyGrantEnded(found.grant, found.account)
  if (ended !== undefined) return { refused: ended }
  return { claims, account: found.account }
}

async function checkClient(context: Context, claims: ClientAccessTokenClaims): Promise<Checked> {
  const ended = whyClientAccessEnded(await findClientAccess(context.store.read, claims.sub), claims)
  return ended === undefined ? { claims, account: undefined } : { refused: ended }
}

async function readAccessToken(
  context: Context,
  token: string,
): Promise<AccessTokenClaims | { refused: string }> {
  try {
    return await verifyAccessToken(context, token)
  } catch (error) {
    if (error instanceof InvalidTokenError) return { refused: error.message }
    throw error
  }
}
