import { insertKey, type KeyRow, listKeys } from '../../../server/auth-service/store/keys.js'
import type { Store } from '../../../server/auth-service/store/store.js'
import { type KeyRing, loadKeyRing } from '../../../server/auth-service/tokens/key-ring.js'
import { createKeys, KEY_KINDS } from '../../../server/auth-service/tokens/new-keys.js'

const keysBySecret = new Map<string, Promise<KeyRow[]>>()

/**
 * The key ring of a store, which gets real keys if it has none: those that the first call of a test file made, because
 * an RSA key takes longer to make than most tests to run.
 */
export async function loadTestKeys(store: Store, secret: Uint8Array, now: () => number): Promise<KeyRing> {
  const name = Buffer.from(secret).toString('hex')
  const made = keysBySecret.get(name) ?? createKeys(secret, KEY_KINDS, now())
  keysBySecret.set(name, made)
  const keys = await made
  await store.write(async (transaction) => {
    if ((await listKeys(transaction)).length > 0) return
    for (const key of keys) await insertKey(transaction, key)
  })
  return loadKeyRing(store, secret, now)
}
