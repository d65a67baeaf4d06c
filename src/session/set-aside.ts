import type { SessionLock } from './session-lock.js'
import type { SessionStore, SetAside } from './session-store.js'

/**
 * Moves what a store holds, and nobody can read, out of the way of the next login, if it is still there when
 * it is our turn.
 * @throws whatever store and lock throw.
 */
export async function setAsideUnreadable(dependencies: {
  store: SessionStore
  lock: SessionLock
}): Promise<SetAside | undefined> {
  const { store, lock } = dependencies
  return await lock.hold([store.slot], () => store.setAside())
}

/** What a person is told of it, as a sentence without its end. */
export function sentenceOf({ from, reason, place }: SetAside): string {
  return `the session in ${from} can't be read: ${reason}; it was set aside as ${place}`
}
