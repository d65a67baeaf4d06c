import type { Session } from './session.js'

/** A token is never refreshed earlier than this before its end … */
const MAX_EARLY_MS = 60_000
/** … nor before this part of its life is over. */
const EARLY_SHARE = 0.1

/**
 * Whether an access token is near enough to its end, or beyond it, to be refreshed before it is used: with
 * 60 seconds or a tenth of its lifetime left, whichever is less. A token of unknown end is never due.
 * @param now epoch milliseconds by the local clock, which may be wrong: a 401 is still what decides
 */
export function isDueForRefresh(session: Session, now: number): boolean {
  const { expiresAt, lifetimeSeconds = 0 } = session
  if (expiresAt === undefined) return false
  return now >= expiresAt - Math.min(MAX_EARLY_MS, lifetimeSeconds * 1000 * EARLY_SHARE)
}

/** Whether an access token has not reached its end by the local clock, as far as its end is known. */
export function isUsable(session: Session, now: number): boolean {
  return session.expiresAt === undefined || now < session.expiresAt
}
