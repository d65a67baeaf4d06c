import { insertKey, type KeyRow, listKeys, removeKeys, retireKey } from '../store/keys.js'
import type { Store } from '../store/store.js'
import { isSpent, type LoginLifetimes, PUBLISHED_FIRST_MS } from './key-life.js'
import { createKeys, isSameKind, KEY_KINDS } from './new-keys.js'

/** What a change of keys works on. */
export interface KeyDependencies {
  store: Store
  secret: Uint8Array
  /** Epoch milliseconds. */
  now: () => number
}

/**
 * Makes the next key of every kind whose newest key has been in use long enough. It is published at once, signs an
 * hour later, and until then the old one does. Of several replicas that do this at once, one succeeds.
 *
 * @param inUseForMs how long the newest key of a kind must sign until it gets a successor; 0 for any that signs. One
 *   that does not sign yet never gets one.
 * @returns the keys that were made here.
 */
export async function publishNextKeys(
  { store, secret, now }: KeyDependencies,
  { inUseForMs }: { inUseForMs: number },
): Promise<KeyRow[]> {
  const madeAt = now()
  // One that does not sign yet is a successor that waits, or was made where the clock is ahead.
  const hasServed = (key: KeyRow) =>
    key.active_from <= madeAt && key.active_from + inUseForMs <= madeAt + PUBLISHED_FIRST_MS
  const newest = newestOfEachKind(await listKeys(store.read)).filter(hasServed)
  if (newest.length === 0) return []
  const made = await createKeys(secret, newest, madeAt)
  return store.write(async (transaction) => {
    // From now, and not from when it was made: a machine may sleep for an hour in between.
    const active_from = now() + PUBLISHED_FIRST_MS
    const newestNow = newestOfEachKind(await listKeys(transaction))
    const published: KeyRow[] = []
    for (const key of made.map((key) => ({ ...key, active_from }))) {
      const before = newestNow.find((row) => isSameKind(row, key))
      if (before === undefined || !newest.some(({ id }) => id === before.id)) continue
      await insertKey(transaction, key)
      await retireKey(transaction, before.id, key.active_from)
      published.push(key)
    }
    return published
  })
}

/**
 * Puts new keys in the place of all there are, at once: nothing counts any more that an old one signed.
 *
 * @returns the new keys and the ids of those that are gone.
 */
export async function replaceLeakedKeys({
  store,
  secret,
  now,
}: KeyDependencies): Promise<{ made: KeyRow[]; removed: KeyRow[] }> {
  const made = await createKeys(secret, KEY_KINDS, now())
  const removed = await store.write(async (transaction) => {
    const before = await listKeys(transaction)
    await removeKeys(
      transaction,
      before.map(({ id }) => id),
    )
    for (const key of made) await insertKey(transaction, key)
    return before
  })
  return { made, removed }
}

/** Forgets the keys that nobody can have a use for any more, and gives those that went. */
export async function removeSpentKeys(
  store: Store,
  lifetimes: LoginLifetimes,
  now: number,
): Promise<KeyRow[]> {
  const spent = (await listKeys(store.read)).filter((key) => isSpent(key, now, lifetimes))
  if (spent.length === 0) return []
  const ids = spent.map(({ id }) => id)
  const gone = await store.write((transaction) => removeKeys(transaction, ids))
  return spent.filter(({ id }) => gone.includes(id))
}

function newestOfEachKind(inOrder: readonly KeyRow[]): KeyRow[] {
  return KEY_KINDS.flatMap((kind) => inOrder.findLast((row) => isSameKind(row, kind)) ?? [])
}
