import type { Http } from '../http.js'
import { type RevocationOutcome, revokeRefreshToken } from './revocation.js'
import type { Session } from './session.js'
import type { SessionLock } from './session-lock.js'
import type { SessionStore, SetAside, StoredSession } from './session-store.js'
import { refuseNewer } from './stored-session.js'

/** What a logout did. */
export interface EndedSession {
  /** The session that was removed; undefined when there was none, or none that could be read. */
  ended: Session | undefined
  /** What lay there instead of a session, and could not be read. */
  setAside?: SetAside
  revocation: RevocationOutcome
}

/**
 * Ends the stored session: first here, under its lock, then at the AuthService. What can't be read is set
 * aside; what a newer authcli wrote stays where it is. That the network part failed is an outcome, not an error.
 * @throws AuthcliError STORE_NEWER; whatever store and lock throw.
 */
export async function endSession(dependencies: {
  store: SessionStore
  lock: SessionLock
  http: Http
}): Promise<EndedSession> {
  const { store, lock, http } = dependencies
  const removed = await lock.hold([store.slot], async () => {
    const seen = await store.read()
    return await lock.hold(seen.state === 'present' ? [seen.session.lockId] : [], async () =>
      // It may have been refreshed, or ended, while we waited.
      remove(store, seen.state === 'present' ? await store.read() : seen),
    )
  })
  const { ended, setAside } = removed
  if (ended?.refreshToken === undefined) {
    return { ended, ...(setAside !== undefined && { setAside }), revocation: 'nothing-to-revoke' }
  }
  const { issuer, clientId, refreshToken } = ended
  return { ended, revocation: await revokeRefreshToken({ http }, { issuer, clientId, refreshToken }) }
}

async function remove(
  store: SessionStore,
  stored: StoredSession,
): Promise<{ ended?: Session; setAside?: SetAside | undefined }> {
  refuseNewer(store, stored)
  if (stored.state === 'unreadable') return { setAside: await store.setAside() }
  if (stored.state !== 'present') return {}
  await store.remove()
  return { ended: stored.session }
}
