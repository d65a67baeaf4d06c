import type { Client } from '../../../server/auth-service/store/clients.js'

/** A client like `authcli`, changed; for tests without a database. */
export function nativeClient(client: Partial<Client> = {}): Client {
  return {
    id: 'authcli',
    name: 'authcli',
    kind: 'native',
    secretHash: null,
    redirectUris: ['http://127.0.0.1/callback', 'http://[::1]/callback'],
    postLogoutRedirectUris: [],
    requirePkce: true,
    idTokenSignedResponseAlg: 'ES256',
    deviceScopes: 'any',
    createdAt: 0,
    ...client,
  }
}
