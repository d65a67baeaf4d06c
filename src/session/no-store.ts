import type { Session } from './session.js'
import type { SessionStore } from './session-store.js'

/**
 * The store of somebody who wants nothing kept: it holds a session in the memory of this process, so that a
 * login can prove that it works, and is empty in every other.
 */
export function createNoStore(options: { profile: string; issuer: string }): SessionStore {
  let held: Session | undefined
  return {
    kind: 'none',
    place: 'no store',
    slot: `none ${options.profile} ${options.issuer}`,
    prepare: async () => {},
    read: async () => (held === undefined ? { state: 'missing' } : { state: 'present', session: held }),
    async write(session) {
      held = session
    },
    async remove() {
      held = undefined
    },
    setAside: async () => undefined,
  }
}
