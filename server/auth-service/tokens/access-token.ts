import { randomBytes } from 'node:crypto'
import { type Static, Type } from 'typebox'
import { Check } from 'typebox/value'
import type { Context } from '../context.js'
import { endpointUrl } from '../endpoint-urls.js'
import type { Grant } from '../store/grants.js'
import { InvalidTokenError, signToken, verifySignedToken } from './signed-token.js'

/** Tells access tokens from every other kind of JWT (RFC 9068 §2.1). */
const ACCESS_TOKEN_TYP = 'at+jwt'
const JTI_BYTES = 20

const AccessTokenClaims = Type.Object({
  iss: Type.String(),
  sub: Type.String(),
  aud: Type.String(),
  client_id: Type.String(),
  iat: Type.Number(),
  exp: Type.Number(),
  jti: Type.String(),
  scope: Type.String(),
  auth_time: Type.Number(),
  gid: Type.String(),
})

/**
 * What an access token says (RFC 9068 §2.2), times in seconds. `aud` is its one resource, or the userinfo
 * endpoint; `gid` is the grant that it ends with.
 */
export type AccessTokenClaims = Static<typeof AccessTokenClaims>

/** A fresh access token, and what the token response says about it. */
export interface IssuedAccessToken {
  accessToken: string
  expiresInSeconds: number
  claims: AccessTokenClaims
}

/**
 * Makes an access token for the resource of the grant, or for the userinfo endpoint if it has none. Stores
 * nothing.
 * @param scope the grant's, or less of it.
 * @see RFC 9068 §2
 */
export function issueAccessToken(
  context: Pick<Context, 'settings' | 'keys' | 'now'>,
  grant: Pick<Grant, 'id' | 'accountId' | 'clientId' | 'resource' | 'scope' | 'authTime'>,
  scope: string = grant.scope,
): IssuedAccessToken {
  const { issuer, accessTokenSeconds } = context.settings
  const issuedAt = Math.floor(context.now() / 1000)
  const claims: AccessTokenClaims = {
    iss: issuer,
    sub: grant.accountId,
    aud: grant.resource ?? endpointUrl(issuer, 'userinfo'),
    client_id: grant.clientId,
    iat: issuedAt,
    exp: issuedAt + accessTokenSeconds,
    jti: randomBytes(JTI_BYTES).toString('base64url'),
    scope,
    auth_time: Math.floor(grant.authTime / 1000),
    gid: grant.id,
  }
  const accessToken = signToken(context.keys.signingKey('ES256'), ACCESS_TOKEN_TYP, claims)
  return { accessToken, expiresInSeconds: accessTokenSeconds, claims }
}

/**
 * Checks signature, type, issuer and end of an access token, and gives its claims. Whether it, its grant or its
 * account was ended before is for the caller to look up, as is `aud`.
 * @throws InvalidTokenError
 * @see RFC 9068 §4
 */
export async function verifyAccessToken(
  context: Pick<Context, 'settings' | 'keys' | 'now'>,
  token: string,
): Promise<AccessTokenClaims> {
  const claims = await verifySignedToken(context.keys, token, {
    typ: ACCESS_TOKEN_TYP,
    issuer: context.settings.issuer,
  })
  if (!Check(AccessTokenClaims, claims)) throw new InvalidTokenError('wrong-claims')
  if (context.now() >= claims.exp * 1000) throw new InvalidTokenError('expired')
  return claims
}
