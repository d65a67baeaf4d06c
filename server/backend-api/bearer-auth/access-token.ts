import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { BearerError } from './errors.js'
import type { Policy } from './policy.js'

/** An access token that was validated: what the routes know about the request. */
export interface AccessToken {
  issuer: string
  /** `sub`. Unique within the issuer only. */
  subject: string
  clientId: string
  /** `jti`. */
  tokenId: string
  /** Epoch seconds. From here on it is worth nothing. */
  expiresAt: number
  scopes: ReadonlySet<string>
  user: User
  /** False for a token that a client got for itself (RFC 6749 §4.4; RFC 9068 §5): `sub` is then the client. */
  isOfPerson: boolean
}

/** Who the person is, as far as the AuthService says. */
export interface User {
  username: string | undefined
  name: string | undefined
  email: string | undefined
}

/** The last second of the year 9999: a later instant is a mistake or an attack, not a date. */
const LAST_INSTANT = 253_402_300_799
/** How far ahead the AuthService's clock may be when it says "issued at" (FAPI 2.0 §5.3.2.1). */
const ISSUED_AHEAD_SECONDS = 10

const Instant = Type.Number({ minimum: 0, maximum: LAST_INSTANT })
const Identifier = Type.String({ minLength: 1, maxLength: 512 })

const Claims = Compile(
  Type.Object({
    iss: Type.String(),
    sub: Identifier,
    aud: Type.Union([Type.String(), Type.Array(Type.String(), { minItems: 1, maxItems: 16 })]),
    client_id: Identifier,
    jti: Identifier,
    iat: Instant,
    exp: Instant,
    nbf: Type.Optional(Instant),
    scope: Type.Optional(Type.String()),
    // Bound to a key (RFC 7800): worth nothing without a proof, and this API takes none (RFC 9449 §7.2).
    cnf: Type.Optional(Type.Never()),
  }),
)

/**
 * Checks the claims of an access token against the policy. `aud` is our resource, or a list that holds it
 * (RFC 7519 §4.1.3): some AuthServices add their userinfo endpoint. The signature is somebody else's job.
 * @throws BearerError invalid_token
 * @see RFC 9068 §4
 */
export function readAccessToken(claims: unknown, policy: Policy, nowMs: number): AccessToken {
  if (!Claims.Check(claims)) throw refuse(`claims: ${firstProblem(claims)}`)
  if (claims.iss !== policy.issuer) throw refuse('iss')
  if (!isFor(policy.resource, claims.aud)) throw refuse('aud')
  const now = nowMs / 1000
  if (now >= claims.exp + policy.clockToleranceSeconds) throw refuse('expired')
  const latestStart = now + Math.max(ISSUED_AHEAD_SECONDS, policy.clockToleranceSeconds)
  if (claims.iat > latestStart) throw refuse('iat in the future')
  if (claims.nbf !== undefined && claims.nbf > latestStart) throw refuse('nbf in the future')
  return {
    issuer: claims.iss,
    subject: claims.sub,
    clientId: claims.client_id,
    tokenId: claims.jti,
    expiresAt: claims.exp,
    scopes: parseScopes(claims.scope),
    user: readUser(claims),
    isOfPerson: claims.sub !== claims.client_id,
  }
}

/** The words of a `scope` value. @see RFC 6749 §3.3 */
export function parseScopes(scope: string | undefined): ReadonlySet<string> {
  return new Set(scope?.split(' ').filter((word) => word !== ''))
}

/** The claims about the person that are there and are text. */
export function readUser(claims: object): User {
  const { username, name, email } = claims as Partial<Record<keyof User, unknown>>
  return { username: textOf(username), name: textOf(name), email: textOf(email) }
}

/** Whether an `aud` value names us. */
export function isFor(resource: string, audience: string | readonly string[]): boolean {
  return typeof audience === 'string' ? audience === resource : audience.includes(resource)
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function firstProblem(claims: unknown): string {
  const [problem] = Claims.Errors(claims)
  return problem ? `${problem.instancePath || 'payload'} ${problem.message}` : 'unknown'
}

function refuse(reason: string): BearerError {
  return new BearerError('invalid_token', reason)
}
