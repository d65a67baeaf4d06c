import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { exportJWK, generateKeyPair, type JWTHeaderParameters, SignJWT } from 'jose'

/** What a test may make the double say instead of the truth. */
export interface Lies {
  /** Parameters of the authorization response, on top of or instead of the honest ones. */
  answer?: (honest: URLSearchParams) => URLSearchParams
  /** Changes to the metadata document. */
  metadata?: Record<string, unknown>
  /** Is given what answers the request for the metadata document, and may keep it waiting. */
  metadataRequest?: (answer: () => void) => void
  idTokenClaims?: Record<string, unknown>
  idTokenHeader?: Partial<JWTHeaderParameters>
  /** Signs the ID token with a key that is not published. */
  foreignKey?: boolean
  /** Changes the finished ID token. */
  idToken?: (honest: string) => string
  tokenResponse?: Record<string, unknown>
  /** Answers the token request in any way whatsoever. */
  token?: (response: ServerResponse) => void
  /** Changes to the answer of the device authorization endpoint. */
  deviceAuthorization?: Record<string, unknown>
  /** Answers the device authorization request in any way whatsoever. */
  deviceRequest?: (response: ServerResponse) => void
  /** The errors that polls for a device are answered with, one each, before the tokens. */
  devicePolls?: string[]
  /** Answers the revocation request in any way whatsoever. */
  revocation?: (response: ServerResponse) => void
}

/** A small authorization server on loopback that asks nobody anything and says what it is told to say. */
export interface AuthServiceDouble {
  issuer: string
  /** The queries of the authorization requests that it saw. */
  authorizationRequests: URLSearchParams[]
  /** The bodies of the token requests that it saw. */
  tokenRequests: URLSearchParams[]
  /** The bodies of the device authorization requests that it saw. */
  deviceRequests: URLSearchParams[]
  /** The bodies of the revocation requests that it saw. */
  revocationRequests: URLSearchParams[]
  lies: Lies
  /** Forgets what it saw, and is honest again. */
  forget(): void
  stop(): Promise<void>
}

const SUBJECT = 'subject-1'

export async function startAuthServiceDouble(): Promise<AuthServiceDouble> {
  const published = await generateKeyPair('ES256')
  const foreign = await generateKeyPair('ES256')
  const jwk = { ...(await exportJWK(published.publicKey)), kid: 'key-1', alg: 'ES256', use: 'sig' }
  const nonces = new Map<string, string>()
  const server = createServer((request, response) => {
    handle(request, response).catch((error) => response.destroy(error))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const double: AuthServiceDouble = {
    issuer,
    authorizationRequests: [],
    tokenRequests: [],
    deviceRequests: [],
    revocationRequests: [],
    lies: {},
    forget() {
      double.lies = {}
      double.authorizationRequests = []
      double.tokenRequests = []
      double.deviceRequests = []
      double.revocationRequests = []
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', issuer)
    switch (url.pathname) {
      case '/.well-known/oauth-authorization-server':
        return giveMetadata(response)
      case '/authorize':
        return authorize(url.searchParams, response)
      case '/token':
        return await exchange(new URLSearchParams(await text(request)), response)
      case '/device_authorization':
        double.deviceRequests.push(new URLSearchParams(await text(request)))
        if (double.lies.deviceRequest !== undefined) return double.lies.deviceRequest(response)
        return sendJson(response, { ...deviceAuthorizationOf(issuer), ...double.lies.deviceAuthorization })
      case '/revoke':
        double.revocationRequests.push(new URLSearchParams(await text(request)))
        if (double.lies.revocation !== undefined) return double.lies.revocation(response)
        return void response.writeHead(200).end()
      case '/jwks':
        return sendJson(response, { keys: [jwk] })
      default:
        return void response.writeHead(404).end()
    }
  }

  function giveMetadata(response: ServerResponse): void {
    const answer = () => sendJson(response, { ...metadataOf(issuer), ...double.lies.metadata })
    if (double.lies.metadataRequest === undefined) answer()
    else double.lies.metadataRequest(answer)
  }

  function authorize(query: URLSearchParams, response: ServerResponse): void {
    double.authorizationRequests.push(query)
    const code = `code-${double.authorizationRequests.length}`
    nonces.set(code, query.get('nonce') ?? '')
    const honest = new URLSearchParams({ code, state: query.get('state') ?? '', iss: issuer })
    const answer = double.lies.answer?.(honest) ?? honest
    response.writeHead(302, { location: `${query.get('redirect_uri')}?${answer}` }).end()
  }

  async function exchange(body: URLSearchParams, response: ServerResponse): Promise<void> {
    double.tokenRequests.push(body)
    if (double.lies.token !== undefined) return double.lies.token(response)
    const isDevice = body.has('device_code')
    const error = isDevice ? double.lies.devicePolls?.shift() : undefined
    if (error !== undefined) return sendJson(response, { error }, 400)
    const number = double.tokenRequests.length
    const isOfPerson = !['refresh_token', 'client_credentials'].includes(body.get('grant_type') ?? '')
    sendJson(response, {
      access_token: `access-token-${number}`,
      token_type: 'Bearer',
      expires_in: 600,
      refresh_token: `refresh-token-${number}`,
      scope: (isDevice ? double.deviceRequests : double.authorizationRequests).at(-1)?.get('scope') ?? '',
      ...(isOfPerson && { id_token: await idToken(body) }),
      ...double.lies.tokenResponse,
    })
  }

  async function idToken(body: URLSearchParams): Promise<string> {
    const now = Math.floor(Date.now() / 1000)
    const claims = {
      iss: issuer,
      sub: SUBJECT,
      aud: body.get('client_id') ?? '',
      exp: now + 600,
      iat: now,
      nonce: nonces.get(body.get('code') ?? ''),
      preferred_username: 'demo',
      ...double.lies.idTokenClaims,
    }
    const { privateKey } = double.lies.foreignKey ? foreign : published
    const honest = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256', kid: 'key-1', ...double.lies.idTokenHeader })
      .sign(privateKey)
    return double.lies.idToken?.(honest) ?? honest
  }

  return double
}

function metadataOf(issuer: string): Record<string, unknown> {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwks`,
    device_authorization_endpoint: `${issuer}/device_authorization`,
    revocation_endpoint: `${issuer}/revoke`,
    end_session_endpoint: `${issuer}/logout`,
    response_types_supported: ['code'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    code_challenge_methods_supported: ['S256'],
    id_token_signing_alg_values_supported: ['ES256'],
    authorization_response_iss_parameter_supported: true,
  }
}

/** The interval is shorter than that of any real one, so that no test waits for it. */
function deviceAuthorizationOf(issuer: string): Record<string, unknown> {
  return {
    device_code: 'device-code-1',
    user_code: 'WDJB-MJHT',
    verification_uri: `${issuer}/device`,
    verification_uri_complete: `${issuer}/device?user_code=WDJB-MJHT`,
    expires_in: 600,
    interval: 0.02,
  }
}

/** Answers with a JSON document. */
export function sendJson(response: ServerResponse, document: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(document))
}
