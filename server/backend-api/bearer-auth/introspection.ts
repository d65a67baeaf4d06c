import { Type } from 'typebox'
import { Compile } from 'typebox/compile'
import type { ClientCredentials } from '../settings.js'
import { continueTrace } from '../trace-context.js'
import { type AccessToken, isFor, parseScopes, readUser, type User } from './access-token.js'
import { type AuthService, AuthServiceUnavailable } from './auth-service.js'

/** What the AuthService says about a token: nothing, or who and for what. */
export interface Introspection {
  active: boolean
  /** The granted scope now, when it says. */
  scopes: ReadonlySet<string> | undefined
  user: User
  /** Epoch seconds, when it says. */
  expiresAt: number | undefined
}

/**
 * Asks the AuthService about a token whose signature and claims were already found good.
 * @throws AuthServiceUnavailable when there is no answer, or one that can't be about this token.
 * @see RFC 7662 §2
 */
export type Introspect = (
  token: string,
  claims: AccessToken,
  traceId: string | undefined,
) => Promise<Introspection>

const Answer = Compile(
  Type.Union([
    Type.Object({ active: Type.Literal(false) }),
    Type.Object({
      active: Type.Literal(true),
      iss: Type.Optional(Type.String()),
      sub: Type.Optional(Type.String()),
      aud: Type.Optional(Type.Union([Type.String(), Type.Array(Type.String())])),
      client_id: Type.Optional(Type.String()),
      jti: Type.Optional(Type.String()),
      scope: Type.Optional(Type.String()),
      exp: Type.Optional(Type.Number()),
    }),
  ]),
)

const INACTIVE: Introspection = {
  active: false,
  scopes: undefined,
  user: { username: undefined, name: undefined, email: undefined },
  expiresAt: undefined,
}

/** The BackendAPI asks as the client that the AuthService knows as this resource. */
export function createIntrospect(
  { authService }: { authService: AuthService },
  { credentials, resource }: { credentials: ClientCredentials; resource: string },
): Introspect {
  const authorization = basicAuthorization(credentials)
  return async (token, claims, traceId) => {
    const { introspectionEndpoint: url } = await authService.metadata()
    if (!url) throw new AuthServiceUnavailable('the AuthService has no introspection endpoint')
    const request = {
      method: 'POST',
      url,
      headers: { authorization, ...continueTrace(traceId) },
      form: new URLSearchParams({ token, token_type_hint: 'access_token' }),
    } as const
    const answer = await authService.fetchJson(request).catch((error: unknown) => {
      // The endpoint may have moved.
      authService.forgetMetadata()
      throw error
    })
    if (!Answer.Check(answer)) throw new AuthServiceUnavailable('the introspection answer makes no sense')
    if (!answer.active) return INACTIVE
    const isAboutThisToken =
      agrees(answer.iss, claims.issuer) &&
      agrees(answer.sub, claims.subject) &&
      agrees(answer.client_id, claims.clientId) &&
      agrees(answer.jti, claims.tokenId) &&
      (answer.aud === undefined || isFor(resource, answer.aud))
    if (!isAboutThisToken) throw new AuthServiceUnavailable('the introspection answer is about another token')
    return {
      active: true,
      scopes: answer.scope === undefined ? undefined : parseScopes(answer.scope),
      user: readUser(answer),
      expiresAt: answer.exp,
    }
  }
}

function agrees(answered: string | undefined, signed: string): boolean {
  return answered === undefined || answered === signed
}

/** Both halves are form-encoded first (RFC 6749 §2.3.1). */
function basicAuthorization({ clientId, clientSecret }: ClientCredentials): string {
  const [id, secret] = [clientId, clientSecret].map((part) =>
    new URLSearchParams({ part }).toString().slice('part='.length),
  )
  return `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`
}
