import type { SessionLock } from './session-lock.js'
import type { SessionStore } from './session-store.js'

/**
 * Runs a job while nobody else changes what lies in any of these stores, nor refreshes a session that does:
 * under the locks of the places, and then of the sessions, each in one order for everybody.
 * @throws AuthcliError LOCK_TIMEOUT; whatever the stores throw when they are read.
 */
export async function holdPlaces<T>(
  lock: SessionLock,
  stores: readonly SessionStore[],
  job: () => Promise<T>,
): Promise<T> {
  return await lock.hold(inOrder(stores.map(({ slot }) => slot)), async () => {
    const lockIds: string[] = []
    for (const store of stores) {
      const stored = await store.read()
      if (stored.state === 'present') lockIds.push(stored.session.lockId)
    }
    return await lock.hold(inOrder(lockIds), job)
  })
}

/** Each name once: nobody can wait for themselves. */
function inOrder(names: readonly string[]): string[] {
  return [...new Set(names)].sort()
}
