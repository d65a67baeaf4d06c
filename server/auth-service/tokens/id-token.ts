import { createHash } from 'node:crypto'
import type { Context } from '../context.js'
import type { Account } from '../store/accounts.js'
import type { Client } from '../store/clients.js'
import { InvalidTokenError, signToken, verifySignedToken } from './signed-token.js'
import { userClaims } from './user-claims.js'

const ID_TOKEN_TYP = 'JWT'

/** A client reads an ID token once, when it gets it. */
const ID_TOKEN_SECONDS = 600

/** What an ID token is about. `authTime` is in epoch milliseconds. */
export interface IdTokenSubject {
  client: Pick<Client, 'id' | 'idTokenSignedResponseAlg'>
  account: Account
  scope: string
  authTime: number
  /** That of the authorization request; none after a refresh. */
  nonce?: string | null
  /** The access token of the same response. */
  accessToken: string
}

/**
 * Makes an ID token for a client, signed with the algorithm that the client registered.
 * @see OpenID Connect Core §2, §3.1.3.6 (at_hash)
 */
export function issueIdToken(
  context: Pick<Context, 'settings' | 'keys' | 'now'>,
  { client, account, scope, authTime, nonce, accessToken }: IdTokenSubject,
): string {
  const issuedAt = Math.floor(context.now() / 1000)
  return signToken(context.keys.signingKey(client.idTokenSignedResponseAlg), ID_TOKEN_TYP, {
    iss: context.settings.issuer,
    aud: client.id,
    iat: issuedAt,
    exp: issuedAt + ID_TOKEN_SECONDS,
    auth_time: Math.floor(authTime / 1000),
    ...(nonce ? { nonce } : {}),
    at_hash: leftHalfOfHash(accessToken),
    ...userClaims(account, scope),
  })
}

/** Whom an ID token that we issued was about, and to which client it went. */
export interface IdTokenHint {
  sub: string
  clientId: string
}

/**
 * Reads an ID token that comes back as a hint. One that has expired still tells who is meant.
 * @throws InvalidTokenError when it is not an ID token of ours.
 * @see OpenID Connect Core §3.1.2.1; OpenID Connect RP-Initiated Logout §2
 */
export async function verifyIdTokenHint(
  context: Pick<Context, 'settings' | 'keys'>,
  hint: string,
): Promise<IdTokenHint> {
  const { hintKey, lookForNew } = context.keys
  const { sub, aud } = await verifySignedToken({ verificationKey: hintKey, lookForNew }, hint, {
    typ: ID_TOKEN_TYP,
    issuer: context.settings.issuer,
  })
  if (typeof sub !== 'string' || typeof aud !== 'string') throw new InvalidTokenError('wrong-claims')
  return { sub, clientId: aud }
}

// ES256 and RS256 both hash with SHA-256.
function leftHalfOfHash(token: string): string {
  return createHash('sha256').update(token).digest().subarray(0, 16).toString('base64url')
}
