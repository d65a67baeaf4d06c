import { AuthcliError } from '../errors.js'
import type { Trace } from '../trace.js'
import type { Session } from './session.js'
import type { SessionLock } from './session-lock.js'
import type { SessionStore, StoredSession } from './session-store.js'
import { refuseNewer } from './stored-session.js'

/**
 * Stores the session of a new login, in place of the one before, and reads it back. Takes the lock of the
 * place, so that of two logins at once the second knows of the first, and that of the session which is
 * replaced, so that nobody is refreshing it meanwhile.
 * @returns the session that was replaced: its grant is still alive, and the caller's to revoke
 * @throws AuthcliError STORE_NEWER for a session of a newer authcli, which stays; STORE_FAILED when the
 * store gives back something else than it was given; whatever store and lock throw.
 */
export async function startSession(
  dependencies: { store: SessionStore; lock: SessionLock; trace: Trace },
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
  { store, trace }: { store: SessionStore; trace: Trace },
  before: StoredSession,
  session: Session,
): Promise<{ replaced?: Session }> {
  refuseNewer(store, before)
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
  return before.state === 'present' ? { replaced: before.session } : {}
}
