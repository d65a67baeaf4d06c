import { OAuth2Server } from 'oauth2-mock-server'
import { type ForeignAuthService, startOidcProvider } from '../cli/oidc-provider.js'

/** How the AuthService is known to a provider. */
export interface ProviderClient {
  id: string
  secret: string
  redirectUri: string
}

/**
 * Starts npm's `oidc-provider` as a provider, which shows people its own pages: they may be anybody, and their address
 * is verified.
 */
export async function startUpstreamOidcProvider(client: ProviderClient): Promise<ForeignAuthService> {
  return startOidcProvider('', {
    clients: [
      {
        client_id: client.id,
        client_secret: client.secret,
        redirect_uris: [client.redirectUri],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    claims: { openid: ['sub'], profile: ['name', 'preferred_username'], email: ['email', 'email_verified'] },
    findAccount: (_context: unknown, id: string) => ({
      accountId: id,
      claims: async () => ({
        sub: id,
        name: `${id} upstream`,
        preferred_username: id,
        email: `${id}@example.org`,
        email_verified: true,
      }),
    }),
    features: { devInteractions: { enabled: true } },
  })
}

/** Starts `oauth2-mock-server` as a provider: it asks nobody anything, and says `claims` of whoever comes. */
export async function startUpstreamMockServer(claims: Record<string, unknown>): Promise<ForeignAuthService> {
  const server = new OAuth2Server()
  await server.issuer.keys.generate('RS256')
  await server.start(0, '127.0.0.1')
  server.service.on('beforeTokenSigning', (token: { payload: Record<string, unknown> }) => {
    Object.assign(token.payload, claims)
  })
  server.service.on('beforeUserinfo', (answer: { body: Record<string, unknown> }) => {
    answer.body = { sub: claims['sub'] }
  })
  return { issuer: server.issuer.url ?? '', stop: () => server.stop() }
}
