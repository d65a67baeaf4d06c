import type { Session } from '../../../src/session/session.js'
import type { SessionStore, StoredSession } from '../../../src/session/session-store.js'

/** A store in memory that remembers what was done to it. */
export interface MemoryStore extends SessionStore {
  stored: StoredSession
  /** What was set aside last. */
  aside: StoredSession | undefined
  /** `read`, `write`, `remove`, in the order in which they came. */
  calls: string[]
  /** Thrown by the next call of that name. */
  failNext: Partial<Record<'read' | 'write' | 'remove', Error>>
  /** What a store keeps of a session: everything, unless a test says otherwise. */
  keep: (session: Session) => Session
}

export function createMemoryStore(session?: Session): MemoryStore {
  const call = async (name: 'read' | 'write' | 'remove') => {
    store.calls.push(name)
    const failure = store.failNext[name]
    delete store.failNext[name]
    if (failure !== undefined) throw failure
  }
  const store: MemoryStore = {
    kind: 'keychain',
    place: 'the memory',
    slot: 'memory',
    stored: session === undefined ? { state: 'missing' } : { state: 'present', session },
    aside: undefined,
    calls: [],
    failNext: {},
    keep: (session) => session,
    prepare: async () => {},
    async read() {
      await call('read')
      return structuredClone(store.stored)
    },
    async write(session) {
      await call('write')
      store.stored = { state: 'present', session: structuredClone(store.keep(session)) }
    },
    async remove() {
      await call('remove')
      store.stored = { state: 'missing' }
    },
    async setAside() {
      if (store.stored.state !== 'unreadable') return undefined
      store.aside = store.stored
      store.stored = { state: 'missing' }
      return { from: store.place, reason: store.aside.reason, place: 'the memory (set aside)' }
    },
  }
  return store
}
