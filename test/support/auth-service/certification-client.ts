import { createLocalJWKSet, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose'
import { hashClientSecret } from '../../../server/auth-service/tokens/client-secrets.js'
import { createUserAgent, type UserAgent } from '../scripted-user-agent.js'
import { signIn } from '../sign-in.js'
import { type ListeningAuthService, listenAuthService } from './listening-auth-service.js'
import { startRelyingParty } from './relying-party.js'
import { basic } from './test-auth-service.js'
import { TEST_PASSWORD } from './test-context.js'

type Parameters = Record<string, string | undefined>

/** What a login gave: the fields of the token response, and the claims of its ID token. */
type Login = Record<string, string> & { claims: JWTPayload }

/** The client of the OpenID Foundation's suite: confidential, without PKCE, with RS256, and one browser. */
export interface CertificationClient {
  service: ListeningAuthService
  agent: UserAgent
  redirectUri: string
  authorizationParameters(changes?: Parameters): URLSearchParams
  authorizationUrl(changes?: Parameters): string
  /** Lets a person sign in and agree, from this address on, and gives the parameters that the client got. */
  finish(url: string | URL): Promise<Record<string, string>>
  authorize(changes?: Parameters): Promise<Record<string, string>>
  /** Opens an authorization request without a person, and gives what the client got; undefined if a page is shown. */
  authorizeSilently(changes: Parameters): Promise<Record<string, string> | undefined>
  /** Posts a form, as the client itself where `headers` doesn't say otherwise. */
  post(path: string, form: Parameters, headers?: Record<string, string>): Promise<JsonAnswer>
  redeem(code: string | undefined, form?: Parameters): Promise<JsonAnswer>
  logIn(changes?: Parameters): Promise<Login>
  /** Checks an ID token with the published keys. */
  readIdToken(idToken: string | undefined): Promise<JWTPayload>
  userinfo(accessToken: string | undefined): Promise<JsonAnswer>
  close(): Promise<void>
}

interface JsonAnswer {
  status: number
  body: Record<string, string>
}

const CLIENT_ID = 'basic'
export const CERTIFICATION_CREDENTIALS = { client_id: CLIENT_ID, client_secret: 'the secret of the suite' }
const PERSON = { username: 'ada', password: TEST_PASSWORD }
const REQUEST = { response_type: 'code', scope: 'openid', state: 'the state', nonce: 'the nonce' }

/** Starts an AuthService on a loopback port with such a client. */
export async function startCertificationClient(): Promise<CertificationClient> {
  const service = await listenAuthService()
  const relyingParty = await startRelyingParty()
  const agent = createUserAgent()
  const { redirectUri } = relyingParty
  await service.context.addClient({
    id: CLIENT_ID,
    name: 'The certification client',
    kind: 'web',
    secretHash: hashClientSecret(service.context.settings.secret, CERTIFICATION_CREDENTIALS.client_secret),
    redirectUris: [redirectUri],
    requirePkce: false,
    idTokenSignedResponseAlg: 'RS256',
  })

  const self: CertificationClient = {
    service,
    agent,
    redirectUri,
    authorizationParameters: (changes = {}) =>
      withoutUndefined({ client_id: CLIENT_ID, redirect_uri: redirectUri, ...REQUEST, ...changes }),
    authorizationUrl: (changes) => `${service.url}/auth/authorize?${self.authorizationParameters(changes)}`,
    async finish(url) {
      const { url: callback } = await signIn(agent, url, PERSON)
      return Object.fromEntries(callback.searchParams)
    },
    authorize: (changes) => self.finish(self.authorizationUrl(changes)),
    async authorizeSilently(changes) {
      const { url } = await agent.open(self.authorizationUrl(changes))
      return url.href.startsWith(redirectUri) ? Object.fromEntries(url.searchParams) : undefined
    },
    post: async (path, form, headers = basic(CLIENT_ID, CERTIFICATION_CREDENTIALS.client_secret)) =>
      answerOf(await fetch(service.url + path, { method: 'POST', body: withoutUndefined(form), headers })),
    redeem: (code, form = {}) =>
      self.post('/token', { grant_type: 'authorization_code', code, redirect_uri: redirectUri, ...form }),
    async logIn(changes) {
      const { body } = await self.redeem((await self.authorize(changes))['code'])
      return { ...body, claims: await self.readIdToken(body['id_token']) } as Login
    },
    async readIdToken(idToken = '') {
      const jwks = (await (await fetch(`${service.url}/jwks`)).json()) as JSONWebKeySet
      const { payload } = await jwtVerify(idToken, createLocalJWKSet(jwks), {
        issuer: service.url,
        audience: CLIENT_ID,
        algorithms: ['RS256'],
        currentDate: new Date(service.context.clock.now),
        requiredClaims: ['sub', 'iat', 'exp', 'auth_time'],
      })
      return payload
    },
    userinfo: async (accessToken) =>
      answerOf(
        await fetch(`${service.url}/userinfo`, { headers: { authorization: `Bearer ${accessToken}` } }),
      ),
    async close() {
      await relyingParty.close()
      await service.close()
    },
  }
  return self
}

function withoutUndefined(parameters: Parameters): URLSearchParams {
  const given = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) given.append(name, value)
  return given
}

async function answerOf(response: Response): Promise<JsonAnswer> {
  return { status: response.status, body: (await response.json()) as Record<string, string> }
}
