import * as client from 'openid-client'
import type { RegisteredProvider } from '../store/providers.js'
import { emailOf, nameOf, ruleClaims } from './claims.js'
import { type ProvenIdentity, type Provider, ProviderError, type ProviderRequest } from './provider.js'
import { toProviderError } from './provider-error.js'

/** What an OpenID Connect provider is spoken to with. */
export interface OpenIdConnectDependencies {
  /** What it said of itself, at most an hour ago. @throws ProviderError */
  configuration(): Promise<client.Configuration>
  /** Epoch milliseconds. */
  now: () => number
}

/** OpenID Connect allows no longer one, and a database index not every one. OpenID Connect Core §2 */
const MAX_SUBJECT_LENGTH = 255

/**
 * A provider that speaks OpenID Connect: authorization code flow with PKCE and a nonce, its ID token checked by
 * openid-client, signature included, and its userinfo endpoint asked where it has one.
 * @see OpenID Connect Core 1.0 §3.1
 */
export function openIdConnectProvider(
  { configuration, now }: OpenIdConnectDependencies,
  registered: RegisteredProvider,
): Provider {
  return {
    async authorizationUrl(request) {
      return authorizationUrl(await configuration(), registered.scope, request)
    },
    async identify(request, callback) {
      const found = await configuration()
      const tokens = await exchange(found, request, callback, now())
      const idToken = tokens.claims()
      if (idToken === undefined) throw new ProviderError('identity', 'wrong', 'it sent no ID token')
      refuseIdToken(idToken, registered.clientId)
      const userinfo = await userinfoOf(found, tokens.access_token, idToken.sub)
      return identityOf(registered, idToken, userinfo)
    },
  }
}

/** Where the browser is sent. */
export async function authorizationUrl(
  configuration: client.Configuration,
  scope: string,
  request: ProviderRequest,
): Promise<URL> {
  return client.buildAuthorizationUrl(configuration, {
    redirect_uri: request.redirectUri,
    scope,
    state: request.state,
    nonce: request.nonce,
    code_challenge: await client.calculatePKCECodeChallenge(request.codeVerifier),
    code_challenge_method: 'S256',
    ...(request.isFresh && { prompt: 'login', max_age: '0' }),
  })
}

async function exchange(
  configuration: client.Configuration,
  request: ProviderRequest,
  callback: URL,
  now: number,
) {
  // The address that the provider was given, and of what came back the query only.
  const current = new URL(request.redirectUri)
  current.search = callback.search
  // As many seconds ago as the browser was sent there: who signed in before has not proven anything anew.
  const maxAge = Math.max(0, Math.ceil((now - request.startedAt) / 1000))
  try {
    return await client.authorizationCodeGrant(configuration, current, {
      expectedState: request.state,
      expectedNonce: request.nonce,
      pkceCodeVerifier: request.codeVerifier,
      idTokenExpected: true,
      ...(request.isFresh && { maxAge }),
    })
  } catch (error) {
    const reason = toProviderError('token', error)
    const isStale = request.isFresh && /"auth_time"|End-User authentication/.test(reason.message)
    throw isStale ? new ProviderError('identity', 'stale', reason.message) : reason
  }
}

/** What openid-client leaves open. */
function refuseIdToken({ sub, azp, iat, exp }: client.IDToken, clientId: string): void {
  // OpenID Connect Core §3.1.3.7 asks for it with several audiences only; a token of somebody else is none for us.
  if (azp !== undefined && azp !== clientId) throw wrong('its ID token is for another client (azp)')
  if (!isSubject(sub)) throw wrong('its ID token has no good subject')
  if (!Number.isSafeInteger(iat) || iat < 0) throw wrong('its ID token has no good time of issue')
  if (!Number.isSafeInteger(exp) || exp < iat) throw wrong('its ID token ends before it begins')
}

function isSubject(sub: string): boolean {
  return sub !== '' && sub.length <= MAX_SUBJECT_LENGTH && !/\p{C}/u.test(sub)
}

async function userinfoOf(
  configuration: client.Configuration,
  accessToken: string,
  subject: string,
): Promise<Record<string, unknown>> {
  if (configuration.serverMetadata().userinfo_endpoint === undefined) return {}
  try {
    return await client.fetchUserInfo(configuration, accessToken, subject)
  } catch (error) {
    throw toProviderError('identity', error)
  }
}

// What is signed counts more. An address and whether it is verified come from one place, or they could be two addresses'.
function identityOf(
  { issuer }: RegisteredProvider,
  idToken: client.IDToken,
  userinfo: Record<string, unknown>,
): ProvenIdentity {
  const source = emailOf(idToken) === undefined ? userinfo : idToken
  const email = emailOf(source)
  return {
    issuer,
    subject: idToken.sub,
    name: nameOf(idToken) ?? nameOf(userinfo),
    email,
    isEmailVerified: email !== undefined && source['email_verified'] === true,
    claims: { ...ruleClaims(userinfo), ...ruleClaims(idToken) },
  }
}

function wrong(reason: string): ProviderError {
  return new ProviderError('identity', 'wrong', reason)
}
