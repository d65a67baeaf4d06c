import type { DeviceAuthorization } from '../store/device-authorizations.js'

/** How long a device waits between two polls until it is told to slow down. */
export const POLL_INTERVAL_SECONDS = 5

const SLOW_DOWN_SECONDS = 5

/** Beyond this a device that goes on polling too fast is not told to wait longer: it would never get its tokens. */
const MAX_INTERVAL_SECONDS = 60

/** A poll may come this much early: networks deliver one request later and the next one sooner. */
const TOLERANCE_MS = 1000

/** What the row of a device authorization says about a poll. */
export type PollState = Pick<
  DeviceAuthorization,
  'polled_at' | 'interval_seconds' | 'approved_at' | 'denied_at' | 'redeemed_at' | 'expires_at'
>

/** What to do about a poll of the client that the device code was issued to. */
export type PollDecision =
  | { action: 'redeem' }
  /** Two parties know the device code, or its client lost the answer: end its grant. */
  | { action: 'end-grant' }
  | {
      action: 'refuse'
      error: 'authorization_pending' | 'slow_down' | 'access_denied' | 'expired_token'
      /** What the device must leave from now on. */
      intervalSeconds: number
    }

/**
 * Decides about a poll from the row and the clock alone. Whoever polls too soon learns nothing else, so of many polls at
 * once one is looked at; that also keeps a request that was sent twice from being taken for a stolen code.
 *
 * @param now epoch milliseconds.
 * @see RFC 8628 §3.5
 */
export function decidePoll(row: PollState, now: number): PollDecision {
  const intervalSeconds = row.interval_seconds
  if (row.denied_at !== null) return { action: 'refuse', error: 'access_denied', intervalSeconds }
  if (row.redeemed_at === null && now >= row.expires_at) {
    return { action: 'refuse', error: 'expired_token', intervalSeconds }
  }
  if (row.polled_at !== null && now < row.polled_at + intervalSeconds * 1000 - TOLERANCE_MS) {
    const slower = Math.min(intervalSeconds + SLOW_DOWN_SECONDS, MAX_INTERVAL_SECONDS)
    return { action: 'refuse', error: 'slow_down', intervalSeconds: slower }
  }
  if (row.redeemed_at !== null) return { action: 'end-grant' }
  return row.approved_at === null
    ? { action: 'refuse', error: 'authorization_pending', intervalSeconds }
    : { action: 'redeem' }
}
