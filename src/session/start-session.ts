import { AuthcliError } from '../errors.js'
import type { Trace } from '../trace.js'
import type { Session } from './session.js'
import type { SessionLock } from './session-lock.js'
import type { SessionStore, StoredSession } from './session-store.js'
import { refuseNewer } from './stored-session.js'

interface Dependencies {
  store: SessionStore
  lock: SessionLock
  trace: Trace
  /** Writes down where the session is to be found; part of its start, which fails when it fails. */
  remember: (session: Session) => Promise<void>
}

/**
 * Stores the session of a new login, in place of the one before, reads it back, and has it remembered. Takes
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
  const { store, remember } = dependencies
  refuseNewer(store, before)
  try {
    await keep(dependencies, session)
    await remember(session)
  } catch (error) {
    // Whatever comes of it: what is to be told is why it was tried.
    await putBack(store, before, session).catch(() => undefined)
    throw error
  }
  return before.state === 'present' ? { replaced: before.session } : {}
}

async function keep({ store, trace }: Dependencies, session: Session): Promise<void> {
  await store.write(session)
  const written = await store.read()
  // The access token alone may be left out, by a store that is too small for it.
  const isKept =
    written.state === 'present' &&
    written.session.lockId === session.lockId &&
    written.session.refreshToken === session.refreshToken
  if (!isKept) {
    throw new AuthcliError('STORE_FAILED', `${store.place} did not give back the session that it was given`, {
      hint: 'choose another store, for example `--store file`',
    })
  }
  trace({ event: 'session-stored', store: store.kind })
}

async function putBack(store: SessionStore, before: StoredSession, session: Session): Promise<void> {
  if (before.state === 'present') return await store.write(before.session)
  if (before.state === 'unreadable') {
    // Another issuer's session, perhaps, and untouched: removed is only what was put there now.
    const there = await store.read()
    if (there.state !== 'present' || there.session.lockId !== session.lockId) return
  }
  await store.remove()
}
