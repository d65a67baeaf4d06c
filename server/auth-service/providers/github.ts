import * as client from 'openid-client'
import type { Http, HttpRequest } from '../http.js'
import { isLoopbackHost } from '../loopback.js'
import type { RegisteredProvider } from '../store/providers.js'
import { emailOf, nameOf } from './claims.js'
import { gitHubApi, ORGANIZATIONS_SCOPE } from './github-addresses.js'
import { type Provider, ProviderError, type ProviderRequest } from './provider.js'
import { toProviderError } from './provider-error.js'

export interface GitHubDependencies {
  http: Http
  clientSecret: string
}

const API_HEADERS = { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' }

/**
 * GitHub, also one of your own: OAuth 2 with PKCE, and its API in place of an ID token. Somebody is known by the number
 * that GitHub never gives to anybody else; the login can be changed and taken by others.
 * @see https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps
 */
export function gitHubProvider(
  { http, clientSecret }: GitHubDependencies,
  registered: RegisteredProvider,
): Provider {
  const configuration = gitHubConfiguration(registered, http, clientSecret)
  const api = gitHubApi(registered.issuer)

  return {
    async authorizationUrl(request) {
      refuseFresh(request)
      return authorizationUrl(configuration, registered.scope, request)
    },
    async identify(request, callback) {
      refuseFresh(request)
      const token = await exchange(configuration, request, callback)
      const ask = async (path: string): Promise<unknown> => {
        try {
          const url = new URL(`${api}${path}`)
          const headers = new Headers(API_HEADERS)
          const answer = await client.fetchProtectedResource(configuration, token, url, 'GET', null, headers)
          if (answer.status !== 200) throw statusError(answer.status)
          return await answer.json()
        } catch (error) {
          throw toProviderError('identity', error)
        }
      }
      const user = asObject(await ask('/user'))
      const email = primaryEmail(await ask('/user/emails?per_page=100'))
      const login = typeof user['login'] === 'string' ? user['login'] : undefined
      const asksForGroups = registered.scope.split(' ').includes(ORGANIZATIONS_SCOPE)
      const groups = asksForGroups ? organizations(await ask('/user/orgs?per_page=100')) : []
      return {
        issuer: registered.issuer,
        subject: subjectOf(user),
        name: nameOf(user) ?? nameOf({ name: login }),
        email,
        isEmailVerified: email !== undefined,
        claims: { ...(login !== undefined && { login }), groups },
      }
    },
  }
}

/** Where the browser is sent. */
export async function authorizationUrl(
  configuration: client.Configuration,
  scope: string,
  { redirectUri, state, codeVerifier }: ProviderRequest,
): Promise<URL> {
  return client.buildAuthorizationUrl(configuration, {
    redirect_uri: redirectUri,
    scope,
    state,
    code_challenge: await client.calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: 'S256',
  })
}

// It has no way to ask for a new sign-in, nor does it say when the last one was.
function refuseFresh({ isFresh }: ProviderRequest): void {
  if (isFresh) throw new ProviderError('authorization', 'stale', 'GitHub does not prove a new sign-in')
}

/** What openid-client needs to know about GitHub, which says nothing of itself. */
export function gitHubConfiguration(
  { issuer, clientId }: RegisteredProvider,
  http: Http,
  clientSecret: string,
): client.Configuration {
  const configuration = new client.Configuration(
    { issuer, authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/access_token` },
    clientId,
    { client_secret: clientSecret },
    client.ClientSecretPost(clientSecret),
  )
  if (isLoopbackHost(new URL(issuer).hostname)) client.allowInsecureRequests(configuration)
  configuration[client.customFetch] = (url, request) => fetchWithStatus(http, url, request)
  return configuration
}

async function exchange(
  configuration: client.Configuration,
  request: ProviderRequest,
  callback: URL,
): Promise<string> {
  const current = new URL(request.redirectUri)
  current.search = callback.search
  try {
    const tokens = await client.authorizationCodeGrant(configuration, current, {
      expectedState: request.state,
      pkceCodeVerifier: request.codeVerifier,
    })
    return tokens.access_token
  } catch (error) {
    throw toProviderError('token', error)
  }
}

/** GitHub says no with the status 200: such an answer gets the status that RFC 6749 §5.2 gives it. */
async function fetchWithStatus(http: Http, url: string, request: HttpRequest): Promise<Response> {
  const response = await http.fetch(url, request)
  if (response.status !== 200 || request.method !== 'POST') return response
  const body = await response.text()
  const { headers } = response
  return new Response(body, { status: isErrorBody(body) ? 400 : 200, headers })
}

function isErrorBody(body: string): boolean {
  try {
    return typeof asObject(JSON.parse(body))['error'] === 'string'
  } catch {
    return false
  }
}

function statusError(status: number): ProviderError {
  const fault = status >= 500 || status === 429 ? 'unreachable' : 'wrong'
  return new ProviderError('identity', fault, `its API answered with the status ${status}`)
}

function subjectOf({ id }: Record<string, unknown>): string {
  if (Number.isSafeInteger(id) && Number(id) > 0) return String(id)
  throw new ProviderError('identity', 'wrong', 'its API named a user without a number')
}

/** The one address that is both verified and the first; undefined where there is none. */
function primaryEmail(emails: unknown): string | undefined {
  const rows = Array.isArray(emails) ? emails.map(asObject) : []
  return rows.filter((row) => row['primary'] === true && row['verified'] === true).map(emailOf)[0]
}

function organizations(rows: unknown): string[] {
  const logins = Array.isArray(rows) ? rows.map((row) => asObject(row)['login']) : []
  return logins.filter((login): login is string => typeof login === 'string')
}

function asObject(value: unknown): Record<string, unknown> {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isObject ? (value as Record<string, unknown>) : {}
}
