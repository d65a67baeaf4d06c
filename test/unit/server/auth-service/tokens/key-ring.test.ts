import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { insertKey, listKeys } from '../../../../../server/auth-service/store/keys.js'
import { openStore } from '../../../../../server/auth-service/store/open-store.js'
import { encryptKey } from '../../../../../server/auth-service/tokens/key-encryption.js'
import { loadKeyRing } from '../../../../../server/auth-service/tokens/key-ring.js'
import { openTestStore, type TestStore } from '../../../../support/auth-service/test-store.js'

const secret = randomBytes(32)
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k', 'oth']

let store: TestStore
beforeEach(async () => {
  store = await openTestStore()
})
afterEach(() => store.remove())

test('makes one key for each algorithm at the first start and finds them at the next', async () => {
  const first = await loadKeyRing(store, secret, () => 1)
  const second = await loadKeyRing(store, secret, () => 2)
  expect(first.jwks().keys.map((key) => key.alg)).toEqual(expect.arrayContaining(['ES256', 'RS256']))
  expect(second.jwks()).toEqual(first.jwks())
  expect(second.refreshTokenKey).toEqual(first.refreshTokenKey)
})

test('lets two replicas that start at once agree on the keys', async () => {
  const other = await openStore({ path: store.path }, Date.now)
  const [here, there] = await Promise.all([
    loadKeyRing(store, secret, () => 1),
    loadKeyRing(other, secret, () => 1),
  ])
  await other.close()
  expect(there.jwks()).toEqual(here.jwks())
  expect(there.refreshTokenKey).toEqual(here.refreshTokenKey)
  expect(await listKeys(store.read)).toHaveLength(3)
})

test('publishes alg, use and kid of each key and nothing private (49, 51)', async () => {
  const keys = await loadKeyRing(store, secret, () => 1)
  for (const jwk of keys.jwks().keys) {
    expect(jwk).toMatchObject({ use: 'sig', alg: expect.any(String), kid: expect.any(String) })
    for (const member of PRIVATE_MEMBERS) expect(jwk).not.toHaveProperty(member)
  }
})

test('keeps no private key readable in the database (51)', async () => {
  const keys = await loadKeyRing(store, secret, () => 1)
  const written = Buffer.concat([readFileSync(store.path), readFileSync(`${store.path}-wal`)])
  const rows = JSON.stringify(await listKeys(store.read))
  for (const alg of ['ES256', 'RS256'] as const) {
    const jwk = keys.signingKey(alg).privateKey.export({ format: 'jwk' })
    const der = keys.signingKey(alg).privateKey.export({ format: 'der', type: 'pkcs8' })
    expect(written.includes(der)).toBe(false)
    expect(rows).not.toContain(jwk['d'])
    expect(rows).not.toContain(der.toString('base64url'))
  }
  expect(written.includes(Buffer.from(keys.refreshTokenKey))).toBe(false)
  expect(rows).not.toContain(Buffer.from(keys.refreshTokenKey).toString('base64url'))
})

test('refuses to start with another secret than the first time', async () => {
  await loadKeyRing(store, secret, () => 1)
  await expect(loadKeyRing(store, randomBytes(32), () => 2)).rejects.toThrow(
    'AUTH_SERVICE_SECRET is not the secret under which this database keeps its keys',
  )
})

test('refuses a private key that was put into another row', async () => {
  await loadKeyRing(store, secret, () => 1)
  await store.write(async (transaction) => {
    const [key] = (await listKeys(transaction)).filter((row) => row.alg === 'ES256')
    if (key === undefined) throw new Error('there is an ES256 key')
    await insertKey(transaction, { ...key, id: 'other' })
  })
  await expect(loadKeyRing(store, secret, () => 2)).rejects.toThrow('AUTH_SERVICE_SECRET')
})

test('refuses to start with an RSA key of less than 2048 bits (50)', async () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
  const der = privateKey.export({ format: 'der', type: 'pkcs8' })
  await store.write((transaction) =>
    insertKey(transaction, {
      id: 'weak',
      purpose: 'sign',
      alg: 'RS256',
      public_jwk: null,
      encrypted_private: encryptKey(secret, 'weak', der),
      active_from: 1,
      created_at: 1,
      retired_at: null,
    }),
  )
  await expect(loadKeyRing(store, secret, () => 2)).rejects.toThrow('1024 bits')
})
