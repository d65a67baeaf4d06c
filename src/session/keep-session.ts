import { AuthcliError } from '../errors.js'
import type { Trace } from '../trace.js'
import type { Session } from './session.js'
import type { SessionStore } from './session-store.js'

/**
 * Writes a session to a store, reads it back and compares. Runs under the lock of the slot.
 * @throws AuthcliError STORE_FAILED when the store gives back something else than it was given; whatever the
 * store throws.
 */
export async function keepSession(store: SessionStore, trace: Trace, session: Session): Promise<void> {
  await store.write(session)
  const written = await store.read()
  // The access token alone may be left out, by a store that is too small for it.
  const isKept =
    written.state === 'present' &&
    written.session.lockId === session.lockId &&
    written.session.refreshToken === session.refreshToken
  if (!isKept) {
    throw new AuthcliError('STORE_FAILED', `${store.place} did not give back the session that it was given`, {
      hint: 'choose another store: see `authcli login --help`',
    })
  }
  trace({ event: 'session-stored', store: store.kind })
}
