import { AuthcliError } from '../errors.js'
import type { Session } from './session.js'
import type { SessionStore, StoredSession } from './session-store.js'

/**
 * The session that a store holds.
 * @throws AuthcliError SESSION_MISSING when it holds none; SESSION_UNREADABLE when it holds something
 * else, which is then to be set aside; STORE_NEWER when a newer authcli wrote it.
 */
export function requireSession(store: SessionStore, stored: StoredSession): Session {
  if (stored.state === 'present') return stored.session
  if (stored.state === 'missing') {
    throw new AuthcliError('SESSION_MISSING', `there is no session in ${store.place}`, {
      hint: 'run `authcli login`',
    })
  }
  if (stored.state === 'newer') throw newer(store)
  const message = `the session in ${store.place} can't be read: ${stored.reason}`
  throw new AuthcliError('SESSION_UNREADABLE', message, { hint: 'run `authcli login`' })
}

/** @throws AuthcliError STORE_NEWER when a newer authcli wrote what is stored: that is left alone. */
export function refuseNewer(store: SessionStore, stored: StoredSession): void {
  if (stored.state === 'newer') throw newer(store)
}

/**
 * The names under which a stored session is locked. The session's own name is the same wherever a copy of it
 * lies; a file is locked by its real path too, because nothing else keeps its writers apart.
 */
export function lockNamesOf(store: SessionStore, session: Session): string[] {
  return store.kind === 'file' ? [store.slot, session.lockId] : [session.lockId]
}

function newer(store: SessionStore): AuthcliError {
  return new AuthcliError('STORE_NEWER', `the session in ${store.place} was written by a newer authcli`, {
    hint: 'use that version; or log in to another profile: `authcli login --profile NAME`',
  })
}
