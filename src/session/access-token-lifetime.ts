import { AuthcliError } from '../errors.js'
import type { Session } from './session.js'

/** A token is never refreshed earlier than this before its end … */
const MAX_EARLY_MS = 60_000
/** … nor before this part of its life is over. */
const EARLY_SHARE = 0.1

/** A century: a larger number is a mistake, and can't be written as a date. */
const MAX_LIFETIME_SECONDS = 100 * 365 * 24 * 3600

/**
 * Whether an access token is near enough to its end, or beyond it, to be refreshed before it is used: with
 * 60 seconds or a tenth of its lifetime left, whichever is less. A token of unknown end is never due.
 * @param now epoch milliseconds by the local clock, which may be wrong: a 401 is still what decides
 */
export function isDueForRefresh(
  session: Pick<Session, 'expiresAt' | 'lifetimeSeconds'>,
  now: number,
): boolean {
  const { expiresAt, lifetimeSeconds = 0 } = session
  if (expiresAt === undefined) return false
  return now >= expiresAt - Math.min(MAX_EARLY_MS, lifetimeSeconds * 1000 * EARLY_SHARE)
}

/** Whether an access token has not reached its end by the local clock, as far as its end is known. */
export function isUsable(session: Pick<Session, 'expiresAt'>, now: number): boolean {
  return session.expiresAt === undefined || now < session.expiresAt
}

/**
 * How long an access token lives that was received at `receivedAt`, by the local clock. Empty where the AuthService did
 * not say, or named a time that no clock reaches.
 * @param expiresInSeconds `expires_in` of RFC 6749 §5.1
 * @param receivedAt epoch milliseconds
 */
export function lifetimeOf(
  expiresInSeconds: number | undefined,
  receivedAt: number,
): Pick<Session, 'expiresAt' | 'lifetimeSeconds'> {
  if (expiresInSeconds === undefined || !(expiresInSeconds <= MAX_LIFETIME_SECONDS)) return {}
  const lifetimeSeconds = Math.floor(expiresInSeconds)
  return { expiresAt: receivedAt + lifetimeSeconds * 1000, lifetimeSeconds }
}

/**
 * Lets an access token pass that is good for so many seconds more.
 * @throws AuthcliError TOKEN_TOO_SHORT when it is not, or when a time is asked for and nobody said its end
 */
export function requireLasting<T extends { expiresAt?: number }>(
  token: T,
  minimumSeconds: number,
  now: number,
): T {
  const { expiresAt } = token
  if (expiresAt === undefined && minimumSeconds === 0) return token
  if (expiresAt === undefined) {
    throw new AuthcliError('TOKEN_TOO_SHORT', 'nobody says how long this access token is good', {
      hint: 'leave `--min-ttl` out',
    })
  }
  if (now + minimumSeconds * 1000 < expiresAt) return token
  const seconds = Math.max(0, Math.floor((expiresAt - now) / 1000))
  const message = `no access token is to be had that is good for more than ${seconds} seconds`
  throw new AuthcliError('TOKEN_TOO_SHORT', message, {
    hint: 'ask for less with `--min-ttl`',
  })
}
