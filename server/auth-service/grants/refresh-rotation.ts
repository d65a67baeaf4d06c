import type { Grant } from '../store/grants.js'
import type { RefreshToken } from '../tokens/refresh-token.js'

/** After the end of a spent token, for this long one more use of it is taken for a request that was late. */
const LATE_DUPLICATE_MS = 60_000

/**
 * How many advances of the last minute a grant remembers. A client that refreshes more often than this in a minute
 * loses some of the detection, never its session.
 */
const MAX_ADVANCES = 16

/** What a grant's row knows of its refresh tokens: the last one that was used, and when tokens were first used. */
export type RotationState = Pick<
  Grant,
  'generation' | 'nonce' | 'advancedAt' | 'retriesEndedAt' | 'restoredAt'
>

/** What the row knows once this token is the last one that was used. */
type NextState = Pick<RotationState, 'generation' | 'advancedAt' | 'retriesEndedAt'> & { nonce: string }

/** What to do about a presented refresh token. */
export type RotationDecision =
  /** An unused successor: write this state by compare-and-swap, then issue the next generation. */
  | { action: 'advance'; next: NextState }
  /**
   * One that is newer than a row that came back from a backup whose logins go on: write this state by compare-and-swap,
   * then issue the next generation.
   */
  | { action: 'rejoin'; next: NextState }
  /** The predecessor of what is out, again: issue another successor; the row stays. */
  | { action: 'reissue' }
  /** Answer `invalid_grant`. Where the row doesn't know yet when the retries ended, write that; else change nothing. */
  | { action: 'refuse'; reason: string; retriesEndedAt?: number }
  /** Two parties hold tokens of this grant: end it. */
  | { action: 'revoke'; reason: string }

/**
 * Decides about a refresh token whose MAC is good, from the row of its grant and the clock alone. With `g` the row's
 * generation: `g + 1` advances; `g` with the row's nonce gets another successor for `retryMs` after its first use, so
 * that a lost answer logs nobody out; `g` with another nonce is a sibling that lost against the one used first; older
 * ones are spent; newer ones are unknown to a database that was restored from a backup, and refused unless
 * `restore --keep-sessions` said that they count. Only tokens from before the restore can be that new.
 *
 * A token's end, from which a late duplicate is told from a stolen token, is the first use of its successor, or the end
 * of its `retryMs` if that had not been used.
 *
 * @param retryMs how long the predecessor stays good; 0 turns that off.
 * @param now epoch milliseconds.
 * @see RFC 9700 §4.14.2, from which this deviates by the retries
 */
export function decideRotation(
  row: RotationState,
  presented: Pick<RefreshToken, 'generation' | 'nonce'>,
  { retryMs, now }: { retryMs: number; now: number },
): RotationDecision {
  const { generation, nonce } = presented
  if (generation > row.generation + 1) {
    if (row.restoredAt !== null) {
      // Of what was used between the backup and its return nothing is known: what is older than this token is spent.
      return { action: 'rejoin', next: { generation, nonce, advancedAt: [now], retriesEndedAt: null } }
    }
    return { action: 'refuse', reason: 'the token is newer than what this database knows of its grant' }
  }
  if (generation === row.generation + 1) {
    const advancedAt = advance(row.advancedAt, now)
    return { action: 'advance', next: { generation, nonce, advancedAt, retriesEndedAt: null } }
  }
  if (generation < row.generation) return spent(successorUsedAt(row, generation), now)
  if (nonce !== row.nonce) return { action: 'revoke', reason: 'a sibling of this token was used before it' }
  if (row.retriesEndedAt !== null) return spent(row.retriesEndedAt, now)
  const retriesEndedAt = (row.advancedAt[0] ?? 0) + retryMs
  // Not by the clock alone: one that was set back must not turn retries on.
  if (retryMs > 0 && now < retriesEndedAt) return { action: 'reissue' }
  const decision = spent(retriesEndedAt, now)
  return decision.action === 'refuse' ? { ...decision, retriesEndedAt } : decision
}

function spent(endedAt: number, now: number): RotationDecision {
  return now <= endedAt + LATE_DUPLICATE_MS
    ? { action: 'refuse', reason: 'the token was just spent' }
    : { action: 'revoke', reason: 'the token was spent before' }
}

/** The instants to remember: this one, and those of the last minute, which late duplicates are measured against. */
function advance(advancedAt: readonly number[], now: number): number[] {
  const old = advancedAt.findIndex((at) => now - at > LATE_DUPLICATE_MS)
  return [now, ...(old === -1 ? advancedAt : advancedAt.slice(0, old))].slice(0, MAX_ADVANCES)
}

/** When the generation after this one was first used; the oldest instant that is possible if that was forgotten. */
function successorUsedAt(row: RotationState, generation: number): number {
  const known = row.advancedAt[row.generation - generation - 1]
  if (known !== undefined) return known
  // A full list was cut: what fell off may be as young as its last entry. Otherwise only what was too old was left out.
  const isCut = row.advancedAt.length === MAX_ADVANCES
  return isCut ? (row.advancedAt[MAX_ADVANCES - 1] ?? 0) : 0
}
