import type { Session } from './session.js'

/** What a store has. "Unavailable" is not among them: it is thrown. */
export type StoredSession =
  | { state: 'present'; session: Session }
  /** `isCertain`: nothing that is locked could hide it. Where a store can't tell, that is absent. */
  | { state: 'missing'; isCertain?: true }
  /** Something is there that is no session: cut, corrupt, of another issuer, too large. */
  | { state: 'unreadable'; reason: string }
  /** Written by a newer authcli: to be left alone. */
  | { state: 'newer'; version: number }

/** What could not be read, and was moved out of the way. */
export interface SetAside {
  /** Where it was, for a person. */
  from: string
  /** Why it could not be read. */
  reason: string
  /** Where it is now, for a person. */
  place: string
}

/**
 * Keeps one session: the one of one profile at one issuer. Holds no lock; callers change a stored session
 * only under the session's lock, as read, compare, write.
 * @throws AuthcliError KEYCHAIN_UNAVAILABLE or STORE_FAILED from every method when the store cannot answer.
 */
export interface SessionStore {
  readonly kind: 'keychain' | 'file' | 'none'
  /** Where it is, for a person: "the keychain", or a path. */
  readonly place: string
  /** Names the place where the one session lies, whatever session that is: what a lock of it is named after. */
  readonly slot: string
  /** Finds out, before a person is bothered with a login, whether a session could be kept. Keeps nothing. */
  prepare(): Promise<void>
  read(): Promise<StoredSession>
  /** Also throws STORE_FAILED when the session does not fit. What could be kept of it is kept whole. */
  write(session: Session): Promise<void>
  /** Removing what is not there is no error. */
  remove(): Promise<void>
  /**
   * Reads once more, and moves what is unreadable under another name, in place of what was moved there
   * before: of such things one is kept, for whoever wants to know what happened. Called under the lock of
   * the slot, so that nothing is moved that somebody has just put there.
   * @returns undefined when nothing unreadable is there
   */
  setAside(): Promise<SetAside | undefined>
}
