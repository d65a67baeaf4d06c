import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createHttp } from '../../../server/auth-service/http.js'
import { encryptProviderSecret } from '../../../server/auth-service/providers/client-secret.js'
import { createOpenProvider } from '../../../server/auth-service/providers/open-provider.js'
import type { ProvenIdentity, ProviderRequest } from '../../../server/auth-service/providers/provider.js'
import type { RegisteredProvider } from '../../../server/auth-service/store/providers.js'
import { makeSigner, type Signer } from '../backend-api/signer.js'

export const PROVIDER_CLIENT_ID = 'our-client'
export const PROVIDER_CLIENT_SECRET = 'a secret between us: 100 % +&='

const SECRET = Buffer.alloc(32, 1)

/** An OpenID Connect provider, and a GitHub, on a loopback port that says what a test wants it to say. */
export interface ProviderDouble {
  origin: string
  /** As an OpenID Connect provider, or as a GitHub, under the secret of the test context. */
  registered(changes?: Partial<RegisteredProvider>): RegisteredProvider
  /** Of what it says of itself. */
  metadata: Record<string, unknown>
  signer: Signer
  /** What it publishes. */
  keys: unknown
  /** What the next ID token says beside what it has to. */
  claims: Record<string, unknown>
  /** Makes the ID token out of its claims. */
  idToken: (claims: Record<string, unknown>) => Promise<string> | string
  /** What the userinfo endpoint says; undefined for a provider without one. */
  userinfo: Record<string, unknown>
  /** Changes what the token endpoint says. */
  tokens: (answer: Record<string, unknown>) => object
  /** Takes over an answer, by path. */
  answers: Map<string, (response: ServerResponse) => void>
  seen: { path: string; method: string; headers: IncomingHttpHeaders; form: URLSearchParams }[]
  close(): Promise<void>
}

/** What a sign-in at the double is made with. */
export interface SignInChanges {
  request?: Partial<ProviderRequest>
  /** Of the query that comes back; null leaves one out. */
  answer?: Record<string, string | null>
  registered?: Partial<RegisteredProvider>
  now?: () => number
  timeoutMs?: number
}

const REQUEST: ProviderRequest = {
  redirectUri: 'http://127.0.0.1:9000/auth/providers/double/callback',
  state: 'the-state',
  nonce: 'the-nonce',
  codeVerifier: 'v'.repeat(43),
  startedAt: Date.now(),
  isFresh: false,
}

let signer: Promise<Signer> | undefined

export async function startProviderDouble(): Promise<ProviderDouble> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  signer ??= makeSigner('ES256', 'key-1')
  const own = await signer
  const double: ProviderDouble = {
    origin,
    registered: (changes = {}) => {
      const named = { name: 'double', issuer: origin, clientId: PROVIDER_CLIENT_ID, ...changes }
      return {
        kind: 'oidc',
        label: 'Double',
        scope: 'openid profile email',
        signUpRule: null,
        isOnlyWay: false,
        createdAt: 0,
        encryptedSecret: encryptProviderSecret(SECRET, named, PROVIDER_CLIENT_SECRET),
        ...named,
      }
    },
    metadata: {
      issuer: origin,
      authorization_endpoint: `${origin}/authorize?tenant=1`,
      token_endpoint: `${origin}/token`,
      jwks_uri: `${origin}/jwks`,
      userinfo_endpoint: `${origin}/userinfo`,
      id_token_signing_alg_values_supported: ['ES256', 'RS256', 'HS256', 'none'],
    },
    signer: own,
    keys: [own.publicJwk],
    claims: {},
    idToken: (claims) => own.sign(claims, { typ: 'JWT' }),
    userinfo: { sub: 'ada', name: 'Ada Lovelace', email: 'ada@example.org', email_verified: true },
    tokens: (body) => body,
    answers: new Map(),
    seen: [],
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return double

  async function answer(
    request: import('node:http').IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const path = (request.url ?? '').split('?')[0] ?? ''
    const form = new URLSearchParams(Buffer.concat(chunks).toString('utf8'))
    double.seen.push({ path, method: request.method ?? '', headers: request.headers, form })
    const special = double.answers.get(path)
    if (special) return special(response)
    if (path === '/.well-known/openid-configuration') return sendJson(response, double.metadata)
    if (path === '/jwks') return sendJson(response, { keys: double.keys })
    if (path === '/userinfo') return sendJson(response, double.userinfo)
    if (path === '/token') return sendJson(response, double.tokens(await tokenAnswer(double)))
    response.writeHead(404).end()
  }
}

async function tokenAnswer(double: ProviderDouble): Promise<Record<string, unknown>> {
  const now = Math.floor(Date.now() / 1000)
  const claims = {
    iss: double.origin,
    sub: 'ada',
    aud: PROVIDER_CLIENT_ID,
    iat: now,
    exp: now + 300,
    nonce: REQUEST.nonce,
    ...double.claims,
  }
  return { access_token: 'at-1', token_type: 'Bearer', id_token: await double.idToken(claims) }
}

/** A sign-in at the double, from the address that the browser is sent to, to who came back. */
export async function signInAtDouble(
  double: ProviderDouble,
  changes: SignInChanges = {},
): Promise<{ url: URL; identity: ProvenIdentity }> {
  const { now = Date.now, timeoutMs = 2_000 } = changes
  const http = createHttp({ timeoutMs })
  try {
    const provider = createOpenProvider({ http, secret: SECRET, now })(double.registered(changes.registered))
    const request = { ...REQUEST, startedAt: now(), ...changes.request }
    const url = await provider.authorizationUrl(request)
    const callback = new URL('http://proxy.example/auth/providers/double/callback')
    const answer = { code: 'the-code', state: request.state, ...changes.answer }
    for (const [name, value] of Object.entries(answer)) {
      if (value !== null) callback.searchParams.append(name, value)
    }
    return { url, identity: await provider.identify(request, callback) }
  } finally {
    await http.close()
  }
}

/** Answers a request with JSON. */
export function sendJson(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
