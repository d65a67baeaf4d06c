import type { SessionStore, StoredSession } from '../session/session-store.js'
import type { CommandContext } from './command-context.js'
import type { Profile } from './configuration.js'
import { type SessionEdges, storeOfProfile } from './session-edges.js'

/** How often a session may be moved while it is looked for. */
const MAX_MOVES = 3

/**
 * Opens the store of a profile's session, wherever that is: while a command runs, somebody may move it, and
 * then it is read, refreshed and removed in the new place. Whoever reads under the lock of the session knows
 * that it stays there for as long as they hold it.
 */
export function openProfileStore(
  context: CommandContext,
  edges: Pick<SessionEdges, 'openStore'>,
  name: string,
  profile: Profile,
): SessionStore {
  let place = profile
  let store = edges.openStore(storeOfProfile(name, place))
  return {
    get kind() {
      return store.kind
    },
    get place() {
      return store.place
    },
    get slot() {
      return store.slot
    },
    prepare: () => store.prepare(),
    read,
    write: (session) => store.write(session),
    remove: () => store.remove(),
    setAside: () => store.setAside(),
  }

  async function read(): Promise<StoredSession> {
    await follow()
    let stored = await store.read()
    for (let moves = 0; moves < MAX_MOVES && stored.state === 'missing' && (await follow()); moves += 1) {
      stored = await store.read()
    }
    return stored
  }

  /** Looks where the session is now; whether that is another place than before. */
  async function follow(): Promise<boolean> {
    const now = (await context.configurationFile.read()).profiles.get(name)
    if (now?.account === undefined || now.issuer !== place.issuer || now.store === place.store) return false
    place = now
    store = edges.openStore(storeOfProfile(name, place))
    return true
  }
}
