import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ensureBuiltInClient } from '../../../../server/auth-service/built-in-client.js'
import { listClients } from '../../../../server/auth-service/store/clients.js'
import { listKeys } from '../../../../server/auth-service/store/keys.js'
import { loadKeyRing } from '../../../../server/auth-service/tokens/key-ring.js'
import { DATABASES, type TestDatabase } from '../../../support/auth-service/databases.js'

const REPLICAS = 3

describe.each(DATABASES)('replicas that start at once on $name', ({ makeEmpty }) => {
  let database: TestDatabase
  beforeEach(async () => {
    database = await makeEmpty()
  })
  afterEach(() => database.remove())

  const openAll = () => Promise.all(Array.from({ length: REPLICAS }, () => database.open()))

  test('agree on the keys', async () => {
    const stores = await openAll()
    const rings = await Promise.all(stores.map((store) => loadKeyRing(store, Buffer.alloc(32, 1), () => 1)))
    for (const ring of rings) {
      expect(ring.jwks()).toEqual(rings[0]?.jwks())
      expect(ring.refreshTokenKey).toEqual(rings[0]?.refreshTokenKey)
    }
    const [store] = stores
    expect(store && (await listKeys(store.read)).map((key) => key.alg).sort()).toEqual([
      'ES256',
      'HS256',
      'RS256',
    ])
  })

  test('register the built-in client once', async () => {
    const stores = await openAll()
    await Promise.all(stores.map((store) => ensureBuiltInClient(store, 1)))
    const [store] = stores
    expect(store && (await listClients(store.read))).toEqual([
      {
        id: 'authcli',
        name: 'authcli',
        kind: 'native',
        secretHash: null,
        redirectUris: ['http://127.0.0.1/callback', 'http://[::1]/callback'],
        postLogoutRedirectUris: [],
        requirePkce: true,
        idTokenSignedResponseAlg: 'ES256',
        deviceScopes: 'any',
        createdAt: 1,
      },
    ])
  })
})
