/**
 * npm's oidc-provider, set up to do what the AuthService does: the same clients and resource, ES256, PKCE, rotation on,
 * one line of log a request to a file; its own pages for signing in, which look at no password.
 *
 * Usage: oidc-provider OPTIONS (JSON, see `ServerOptions`); without a database, everything is kept in memory.
 */
import { generateKeyPairSync } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import {
  CLIENT_ID,
  CODE_CHALLENGE,
  REDIRECT_URI,
  RESOURCE,
  RESOURCE_CLIENT_ID,
  SECRET,
  SERVICE_ID,
  username,
} from '../load/requests.js'
import { memoryAdapter } from './memory-adapter.js'
import { type MintRequest, readOptions, serveBench } from './minting.js'
import { openSqliteAdapter } from './sqlite-adapter.js'

/** The little of the package that is used here: it brings no types. */
interface Provider {
  callback(): RequestListener
  Client: { find(id: string): Promise<object> }
  Grant: new (
    fields: object,
  ) => {
    addOIDCScope(scope: string): void
    addResourceScope(resource: string, scope: string): void
    save(): Promise<string>
  }
  AuthorizationCode: new (fields: object) => { save(): Promise<string> }
}

const { port, database, logFile } = readOptions()
const issuer = `http://127.0.0.1:${port}`
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const sqlite = database === undefined ? undefined : openSqliteAdapter(database)
const { default: Provider } = await load('oidc-provider')
const provider = new Provider(issuer, {
  adapter: sqlite?.adapter ?? (await memoryAdapter()),
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), alg: 'ES256', use: 'sig' }] },
  clients: [
    {
      client_id: CLIENT_ID,
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      redirect_uris: [REDIRECT_URI],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      id_token_signed_response_alg: 'ES256',
    },
    {
      client_id: RESOURCE_CLIENT_ID,
      client_secret: SECRET,
      redirect_uris: [],
      grant_types: [],
      response_types: [],
      id_token_signed_response_alg: 'ES256',
    },
    {
      client_id: SERVICE_ID,
      client_secret: SECRET,
      redirect_uris: [],
      grant_types: ['client_credentials'],
      response_types: [],
      id_token_signed_response_alg: 'ES256',
    },
  ],
  claims: { openid: ['sub'], profile: ['name', 'preferred_username'] },
  findAccount: (_context: unknown, id: string) => ({
    accountId: id,
    claims: async () => ({ sub: id, name: id, preferred_username: id }),
  }),
  rotateRefreshToken: true,
  issueRefreshToken: async () => true,
  expiresWithSession: async () => false,
  ttl: { AccessToken: 600, AuthorizationCode: 60, RefreshToken: 30 * 86_400, ClientCredentials: 600 },
  features: {
    devInteractions: { enabled: true },
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    revocation: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: async () => RESOURCE,
      useGrantedResource: async () => true,
      getResourceServerInfo: async (_context: unknown, audience: string) => ({
        scope: 'items:read items:write',
        audience,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'ES256' } },
      }),
    },
  },
  cookies: { keys: ['a key of the bench only'] },
})

const log = createWriteStream(logFile)
const handle = provider.callback()
createServer((request, response) => {
  const startedAt = performance.now()
  response.once('finish', () => {
    const { method, url: path } = request
    const ms = performance.now() - startedAt
    log.write(`${JSON.stringify({ time: Date.now(), method, path, statusCode: response.statusCode, ms })}\n`)
  })
  handle(request, response)
}).listen(port, '127.0.0.1', () =>
  serveBench((request) => (sqlite ? sqlite.together(() => mint(request)) : mint(request))),
)

async function mint({ count, scope }: MintRequest): Promise<string[]> {
  const client = await provider.Client.find(CLIENT_ID)
  const codes: string[] = []
  const authTime = Math.floor(Date.now() / 1000)
  for (let index = 0; index < count; index += 1) {
    const accountId = username(index)
    const grant = new provider.Grant({ clientId: CLIENT_ID, accountId })
    grant.addOIDCScope(scope)
    grant.addResourceScope(RESOURCE, scope)
    const code = new provider.AuthorizationCode({
      client,
      accountId,
      grantId: await grant.save(),
      gty: 'authorization_code',
      scope,
      resource: RESOURCE,
      redirectUri: REDIRECT_URI,
      codeChallenge: CODE_CHALLENGE,
      codeChallengeMethod: 'S256',
      nonce: 'the nonce',
      authTime,
    })
    codes.push(await code.save())
  }
  return codes
}

async function load(
  name: string,
): Promise<{ default: new (issuer: string, configuration: object) => Provider }> {
  return await import(name)
}
