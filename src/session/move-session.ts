import { AuthcliError } from '../errors.js'
import type { Trace } from '../trace.js'
import { holdPlaces } from './hold-places.js'
import { keepSession } from './keep-session.js'
import type { Session } from './session.js'
import type { SessionLock } from './session-lock.js'
import type { SessionStore, SetAside, StoredSession } from './session-store.js'
import { refuseNewer, requireSession } from './stored-session.js'

/** What is remembered of a move outside of the stores, so that one which was cut off can be ended. */
export interface MoveJournal {
  /**
   * From now on a copy may lie in the new place; the old one counts.
   * @throws AuthcliError when the session is not remembered to be in the old place any more.
   */
  begin(): Promise<void>
  /** The new place counts; a copy may still lie in the old one. */
  arrive(): Promise<void>
  /** There is no copy beside the one that counts. */
  finish(): Promise<void>
}

/** What a move did. */
export interface MovedSession {
  session: Session
  /** Another session that lay in the new place: its grant is still alive, and the caller's to revoke. */
  replaced?: Session
  /** Why a copy still lies in the old place. It is remembered, and the next command removes it. */
  leftBehind?: AuthcliError
}

/**
 * Moves a session from one store to another: reads it, writes it to the new place, reads it back and
 * compares, has it remembered, and only then removes it from the old place. All of it under the locks of
 * both places and of the session, so that nobody refreshes one copy of two. Killed at any instant, it leaves
 * a session where the journal says, and in the journal where a copy of it may lie.
 * @throws AuthcliError SESSION_MISSING, SESSION_UNREADABLE, STORE_NEWER for either place, STORE_FAILED when
 * the new place does not give back what it was given; whatever stores, lock and journal throw. The session is
 * then where it was.
 */
export async function moveSession(dependencies: {
  from: SessionStore
  to: SessionStore
  lock: SessionLock
  trace: Trace
  journal: MoveJournal
  /** Told of what lay in the new place, could not be read, and was moved out of the way. */
  onSetAside: (setAside: SetAside) => void
}): Promise<MovedSession> {
  const { from, to, lock, trace, journal, onSetAside } = dependencies
  return await holdPlaces(lock, [from, to], async () => {
    const session = requireSession(from, await from.read())
    const there = await to.read()
    refuseNewer(to, there)
    await journal.begin()
    try {
      const setAside = there.state === 'unreadable' ? await to.setAside() : undefined
      if (setAside !== undefined) onSetAside(setAside)
      await keepSession(to, trace, session)
    } catch (error) {
      await takeBack(to, there, session)
        .then(journal.finish)
        .catch(() => undefined)
      throw error
    }
    // If this fails nobody knows whether it counts: both copies stay, and whoever reads the journal ends it.
    await journal.arrive()
    const leftBehind = await leave(from, journal)
    return {
      session,
      ...(isAnother(there, session) && { replaced: there.session }),
      ...(leftBehind !== undefined && { leftBehind }),
    }
  })
}

async function takeBack(to: SessionStore, before: StoredSession, session: Session): Promise<void> {
  if (isAnother(before, session)) await to.write(before.session)
  else await to.remove()
}

async function leave(from: SessionStore, journal: MoveJournal): Promise<AuthcliError | undefined> {
  try {
    await from.remove()
    await journal.finish()
    return undefined
  } catch (error) {
    if (error instanceof AuthcliError) return error
    throw error
  }
}

/** Whether what lay there was the session of another login, not a copy of this one. */
function isAnother(stored: StoredSession, session: Session): stored is StoredSession & { state: 'present' } {
  return stored.state === 'present' && stored.session.lockId !== session.lockId
}
