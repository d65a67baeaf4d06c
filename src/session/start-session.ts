import type { Trace } from '../trace.js'
import { keepSession } from './keep-session.js'
import type { Session } from './session.js'
import type { SessionLock } from './session-lock.js'
import type { SessionStore, SetAside, StoredSession } from './session-store.js'
import { refuseNewer } from './stored-session.js'

interface Dependencies {
  store: SessionStore
  lock: SessionLock
  trace: Trace
  /** Writes down where the session is to be found; part of its start, which fails when it fails. */
  remember: (session: Session) => Promise<void>
  /** Told of what lay there instead of a session, and was moved out of the way. */
  onSetAside: (setAside: SetAside) => void
}

/**
 * Stores the session of a new login, in place of the one before, reads it back, and has it remembered. What
 * is there and can't be read is set aside. Takes
 * the lock of the place, so that of two logins at once the second knows of the first, and what is remembered
 * is what is stored; and that of the session which is replaced, so that nobody is refreshing it meanwhile.
 * When it fails, the session that was there before is there again, as far as the store allows it.
 * @returns the session that was replaced: its grant is still alive, and the caller's to revoke
 * @throws AuthcliError STORE_NEWER for a session of a newer authcli, which stays; STORE_FAILED when the
 * store gives back something else than it was given; whatever store, lock and `remember` throw.
 */
export async function startSession(
  dependencies: Dependencies,
  session: Session,
): Promise<{ replaced?: Session }> {
  const { store, lock } = dependencies
  return await lock.hold([store.slot], async () => {
    const before = await store.read()
    if (before.state !== 'present') return await replace(dependencies, before, session)
    return await lock.hold([before.session.lockId], async () =>
      // It may have been refreshed, or ended, while we waited.
      replace(dependencies, await store.read(), session),
    )
  })
}

async function replace(
  dependencies: Dependencies,
  before: StoredSession,
  session: Session,
): Promise<{ replaced?: Session }> {
  const { store, trace, remember, onSetAside } = dependencies
  refuseNewer(store, before)
  const setAside = before.state === 'unreadable' ? await store.setAside() : undefined
  if (setAside !== undefined) onSetAside(setAside)
  try {
    await keepSession(store, trace, session)
    await remember(session)
  } catch (error) {
    // Whatever comes of it: what is to be told is why it was tried.
    await putBack(store, before).catch(() => undefined)
    throw error
  }
  return before.state === 'present' ? { replaced: before.session } : {}
}

async function putBack(store: SessionStore, before: StoredSession): Promise<void> {
  if (before.state === 'present') await store.write(before.session)
  else await store.remove()
}
