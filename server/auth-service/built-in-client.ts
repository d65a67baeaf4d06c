import { type Client, findClient, insertClient } from './store/clients.js'
import type { Store } from './store/store.js'

/** The id under which every `authcli` is known, so that a person has to register nothing. */
export const BUILT_IN_CLIENT_ID = 'authcli'

/**
 * Sees to it that `authcli` is registered: public and native, with a loopback redirect URI on any port.
 * @see RFC 8252 §7.3, §8.4
 */
export async function ensureBuiltInClient(store: Store, now: number): Promise<void> {
  if ((await findClient(store.read, BUILT_IN_CLIENT_ID)) !== undefined) return
  await store.write(async (transaction) => {
    // Another replica may have been quicker.
    if ((await findClient(transaction, BUILT_IN_CLIENT_ID)) === undefined) {
      await insertClient(transaction, builtInClient(now))
    }
  })
}

function builtInClient(now: number): Client {
  return {
    id: BUILT_IN_CLIENT_ID,
    name: 'authcli',
    kind: 'native',
    secretHash: null,
    redirectUris: ['http://127.0.0.1/callback', 'http://[::1]/callback'],
    postLogoutRedirectUris: [],
    requirePkce: true,
    idTokenSignedResponseAlg: 'ES256',
    deviceScopes: 'any',
    createdAt: now,
  }
}
