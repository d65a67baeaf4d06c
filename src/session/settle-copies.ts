import type { Trace } from '../trace.js'
import { holdPlaces } from './hold-places.js'
import { keepSession } from './keep-session.js'
import type { Session } from './session.js'
import type { SessionLock } from './session-lock.js'
import type { SessionStore, StoredSession } from './session-store.js'

/**
 * Ends a move that was cut off, before either copy is used: where the session counts there is one, and none
 * where it was to come from or to go to. Should somebody have refreshed the other copy, because they knew
 * nothing of the move, it is that one which stays: the tokens of the older one are spent.
 * @param dependencies.isOpen whether, now that it is our turn, the move is still to be ended
 * @param dependencies.finish has it remembered that it is
 * @throws AuthcliError whatever stores and lock throw. Then everything is as it was, or as it will be.
 */
export async function settleCopies(dependencies: {
  /** Where the session counts. */
  here: SessionStore
  /** Where a copy of it may lie. */
  there: SessionStore
  lock: SessionLock
  trace: Trace
  isOpen: () => Promise<boolean>
  finish: () => Promise<void>
}): Promise<void> {
  const { here, there, lock, trace, isOpen, finish } = dependencies
  await holdPlaces(lock, [here, there], async () => {
    if (!(await isOpen())) return
    const kept = await here.read()
    const copy = await there.read()
    if (copy.state === 'present') {
      if (counts(copy.session, kept)) await keepSession(here, trace, copy.session)
      else if (kept.state !== 'present') return
      if (isCopyOf(copy.session, kept)) await there.remove()
    }
    await finish()
  })
}

/** Whether the copy is all that there is, or the younger of two. */
function counts(copy: Session, kept: StoredSession): boolean {
  if (kept.state === 'missing') return true
  const isCopy = kept.state === 'present' && kept.session.lockId === copy.lockId
  return isCopy && (copy.expiresAt ?? 0) > (kept.session.expiresAt ?? 0)
}

/** A session of another login that lies there is somebody else's. */
function isCopyOf(copy: Session, kept: StoredSession): boolean {
  return kept.state !== 'present' || kept.session.lockId === copy.lockId
}
