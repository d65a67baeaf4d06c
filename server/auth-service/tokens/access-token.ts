import type { Context } from '../context.js'
import { endpointUrl } from '../endpoint-urls.js'
import type { Grant } from '../store/grants.js'
import { randomBytesOf } from './random.js'
import { InvalidTokenError, signToken, verifySignedToken } from './signed-token.js'

/** Tells access tokens from every other kind of JWT (RFC 9068 §2.1). */
const ACCESS_TOKEN_TYP = 'at+jwt'
const JTI_BYTES = 20

/** What every access token says (RFC 9068 §2.2), times in seconds. */
interface CommonClaims {
  iss: string
  sub: string
  /** Its one resource, or the userinfo endpoint. */
  aud: string
  client_id: string
  iat: number
  exp: number
  jti: string
  scope: string
}

/** What a token says that a person allowed: `sub` is their account, `gid` the grant that it ends with. */
export interface PersonAccessTokenClaims extends CommonClaims {
  auth_time: number
  gid: string
}

/** What a token says that a client got for itself: `sub` is the client. There is no grant and nobody signed in. */
export interface ClientAccessTokenClaims extends CommonClaims {
  auth_time?: never
  gid?: never
}

export type AccessTokenClaims = PersonAccessTokenClaims | ClientAccessTokenClaims

/** A fresh access token, and what the token response says about it. */
export interface IssuedAccessToken<C = PersonAccessTokenClaims> {
  accessToken: string
  expiresInSeconds: number
  claims: C
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
  return sign(context, {
    sub: grant.accountId,
    aud: grant.resource ?? endpointUrl(context.settings.issuer, 'userinfo'),
    client_id: grant.clientId,
    scope,
    auth_time: Math.floor(grant.authTime / 1000),
    gid: grant.id,
  })
}

/**
 * Makes an access token with which a client acts for itself. Stores nothing.
 * @see RFC 6749 §4.4.3; RFC 9068 §2.2: `sub` is then the client
 */
export function issueClientAccessToken(
  context: Pick<Context, 'settings' | 'keys' | 'now'>,
  { clientId, resource, scope }: { clientId: string; resource: string; scope: string },
): IssuedAccessToken<ClientAccessTokenClaims> {
  return sign(context, { sub: clientId, aud: resource, client_id: clientId, scope })
}

function sign<C extends object>(context: Pick<Context, 'settings' | 'keys' | 'now'>, content: C) {
  const { issuer, accessTokenSeconds } = context.settings
  const issuedAt = Math.floor(context.now() / 1000)
  const claims = {
    iss: issuer,
    ...content,
    iat: issuedAt,
    exp: issuedAt + accessTokenSeconds,
    jti: randomBytesOf(JTI_BYTES).toString('base64url'),
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
  if (!isAccessTokenClaims(claims)) throw new InvalidTokenError('wrong-claims')
  if (context.now() >= claims.exp * 1000) throw new InvalidTokenError('expired')
  return claims
}

function isAccessTokenClaims(claims: object): claims is AccessTokenClaims {
  const { iss, sub, aud, client_id, iat, exp, jti, scope, auth_time, gid } = claims as Record<string, unknown>
  const isOfPerson = typeof gid === 'string' && Number.isFinite(auth_time)
  const isOfClient = gid === undefined && auth_time === undefined
  return (
    [iss, sub, aud, client_id, jti, scope].every((claim) => typeof claim === 'string') &&
    [iat, exp].every(Number.isFinite) &&
    (isOfPerson || isOfClient)
  )
}
