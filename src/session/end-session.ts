import type { Http } from '../http.js'
import { type RevocationOutcome, revokeRefreshToken } from './revocation.js'
import type { Session } from './session.js'
import type { SessionLock } from './session-lock.js'
import type { SessionStore } from './session-store.js'
import { refuseNewer } from './stored-session.js'

/** What a logout did. */
export interface EndedSession {
  /** The session that was removed; undefined when there was none, or none that could be read. */
  ended: Session | undefined
  revocation: RevocationOutcome
}

/**
 * Ends the stored session: first here, under its lock, then at the AuthService. What can't be read is removed
 * too; what a newer authcli wrote is not. That the network part failed is an outcome, not an error.
 * @throws AuthcliError STORE_NEWER; whatever store and lock throw.
 */
export async function endSession(dependencies: {
  store: SessionStore
  lock: SessionLock
  http: Http
}): Promise<EndedSession> {
  const { store, lock, http } = dependencies
  const ended = await lock.hold([store.slot], async () => {
    const seen = await store.read()
    return await lock.hold(seen.state === 'present' ? [seen.session.lockId] : [], async () => {
      const stored = seen.state === 'present' ? await store.read() : seen
      refuseNewer(store, stored)
      if (stored.state !== 'missing') await store.remove()
      return stored.state === 'present' ? stored.session : undefined
    })
  })
  if (ended?.refreshToken === undefined) return { ended, revocation: 'nothing-to-revoke' }
  const { issuer, clientId, refreshToken } = ended
  return { ended, revocation: await revokeRefreshToken({ http }, { issuer, clientId, refreshToken }) }
}
