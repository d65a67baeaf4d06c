import type { KeyRow } from '../store/keys.js'

const HOUR_MS = 3_600_000

/** How long others may keep the published keys without asking again. */
export const JWKS_MAX_AGE_SECONDS = 300

/** How often each replica looks for keys that another one, or a command, has made. */
export const RELOAD_MS = 60_000

/**
 * For how long a key is published before it signs. Enough for every replica to find it, for the caches of others
 * twice over, for clocks that differ, and for who asks less often than they are told to.
 */
export const PUBLISHED_FIRST_MS = HOUR_MS

/** An access token lives for a day at most (`options.ts`); clocks differ. */
const TOKENS_END_MS = 25 * HOUR_MS

/** What a key does at an instant. */
export type KeyState =
  /** It is published, and does not sign yet. */
  | 'next'
  | 'in use'
  /** It signs no more; tokens that it signed may be out. */
  | 'old'
  /** No such token counts any more. It only tells whom an ID token, long expired, was about. */
  | 'hints only'

/** A row's share in that. */
export type KeyLife = Pick<KeyRow, 'purpose' | 'active_from' | 'retired_at'>

/** What a key does now. The key of refresh tokens is old for as long as it is there. */
export function keyState({ purpose, active_from, retired_at }: KeyLife, now: number): KeyState {
  if (now < active_from) return 'next'
  if (retired_at === null || now < retired_at) return 'in use'
  return purpose === 'refresh-token' || now < retired_at + TOKENS_END_MS ? 'old' : 'hints only'
}

/** Whether access tokens of this key may count now, and everybody should know it. */
export function isPublished(key: KeyLife, now: number): boolean {
  return key.purpose === 'sign' && keyState(key, now) !== 'hints only'
}

/** For how long the last login of a key can go on. In seconds, as the settings have them. */
export interface LoginLifetimes {
  grantIdleSeconds: number
  grantAbsoluteSeconds: number
  refreshRetrySeconds: number
}

/**
 * Whether nobody can have a use for a key any more. An ID token may come back as a hint for as long as a login lasts.
 * The last refresh token of a key is used `grantIdleSeconds` after its login was used, which may have been by a retry
 * with the token before it; and the same one may come again after that, because the answer was lost.
 */
export function isSpent({ purpose, retired_at }: KeyLife, now: number, lifetimes: LoginLifetimes): boolean {
  if (retired_at === null) return false
  const { grantIdleSeconds, grantAbsoluteSeconds, refreshRetrySeconds } = lifetimes
  const seconds =
    purpose === 'refresh-token' ? grantIdleSeconds + 2 * refreshRetrySeconds : grantAbsoluteSeconds
  return now >= retired_at + TOKENS_END_MS + seconds * 1000
}

/** The key that signs now, of one kind: the latest whose time has come; at a clock that is behind, the earliest. */
export function keyInUse<Key extends Pick<KeyRow, 'active_from'>>(
  oldestFirst: readonly Key[],
  now: number,
): Key | undefined {
  return oldestFirst.findLast((key) => key.active_from <= now) ?? oldestFirst[0]
}
