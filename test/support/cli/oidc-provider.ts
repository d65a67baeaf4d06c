import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

/** The little of the package that is used here: it brings no types. */
interface ProviderModule {
  default: new (issuer: string, configuration: Record<string, unknown>) => { callback(): RequestListener }
}

/** Somebody else's authorization server, running. */
export interface ForeignAuthService {
  issuer: string
  stop(): Promise<void>
}

/**
 * Starts npm's `oidc-provider` on loopback, with the one client that authcli is, a resource whose scope is
 * `items:read`, and its own pages for signing in, which take any name and password.
 * @param path of the issuer, without a slash at its end
 * @param more of its configuration, in place of what is here
 */
export async function startOidcProvider(
  path = '',
  more: Record<string, unknown> = {},
): Promise<ForeignAuthService> {
  const server = createServer((request, response) => {
    // Mounted below a path, as express would do it.
    if (request.url?.startsWith(path)) request.url = request.url.slice(path.length) || '/'
    Object.assign(request, { originalUrl: path + request.url, baseUrl: path })
    handle(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`
  const { default: Provider } = await load('oidc-provider')
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'authcli',
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        redirect_uris: ['http://127.0.0.1/callback'],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
      },
    ],
    claims: { openid: ['sub'], profile: ['preferred_username'] },
    conformIdTokenClaims: false,
    findAccount: (_context: unknown, id: string) => ({
      accountId: id,
      claims: async () => ({ sub: id, preferred_username: `${id} at another place` }),
    }),
    features: {
      devInteractions: { enabled: true },
      revocation: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: async (_context: unknown, resource: string) => ({
          scope: 'items:read',
          audience: resource,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'RS256' } },
        }),
        useGrantedResource: async () => true,
      },
    },
    cookies: { keys: ['a key of this test only'] },
    ...more,
  })
  const handle = provider.callback()
  return {
    issuer,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function load(name: string): Promise<ProviderModule> {
  return await import(name)
}
