import { describe, expect, it } from 'vitest'
import { decidePoll, type PollState } from '../../../../../server/auth-service/grants/device-poll.js'

const START = 1_000_000
const ROW: PollState = {
  polled_at: null,
  interval_seconds: 5,
  approved_at: null,
  denied_at: null,
  redeemed_at: null,
  expires_at: START + 600_000,
}
const APPROVED = { approved_at: START }
const DENIED = { denied_at: START }
const REDEEMED = { ...APPROVED, redeemed_at: START, polled_at: START }
const POLLED = { polled_at: START }

const wait = { action: 'refuse', error: 'authorization_pending', intervalSeconds: 5 }
const slower = { action: 'refuse', error: 'slow_down', intervalSeconds: 10 }
const declined = { action: 'refuse', error: 'access_denied', intervalSeconds: 5 }
const over = { action: 'refuse', error: 'expired_token', intervalSeconds: 5 }
const redeem = { action: 'redeem' }
const end = { action: 'end-grant' }

/** What the row says, how many seconds after the start the poll comes, and the answer. */
const CASES: [string, Partial<PollState>, number, object][] = [
  ['the first one', {}, 0, wait],
  ['one after five seconds', POLLED, 5, wait],
  ['one that the network made a second early', POLLED, 4, wait],
  ['one that is earlier than that', POLLED, 3.999, slower],
  ['the first one after the person allowed it', APPROVED, 1, redeem],
  ['a punctual one after that', { ...POLLED, ...APPROVED }, 5, redeem],
  ['a hasty one after that', { ...POLLED, ...APPROVED }, 1, slower],
  ['one after the person declined', DENIED, 1, declined],
  ['a hasty one after that', { ...POLLED, ...DENIED }, 0, declined],
  ['one after ten minutes', POLLED, 600, over],
  ['one just before', POLLED, 599.999, wait],
  ['one after ten minutes, though it was allowed', { ...POLLED, ...APPROVED }, 600, over],
  ['one after ten minutes, though it was declined', DENIED, 600, declined],
  ['the same one twice', REDEEMED, 0, slower],
  ['a punctual one after the tokens', REDEEMED, 5, end],
  ['one long after the tokens', REDEEMED, 3600, end],
]

describe('a poll', () => {
  it.each(CASES)('%s (75)', (_name, row, seconds, expected) => {
    expect(decidePoll({ ...ROW, ...row }, START + seconds * 1000)).toEqual(expected)
  })

  it('that is too soon again is told to wait five seconds more, up to a minute (75)', () => {
    let intervalSeconds = 5
    const intervals: number[] = []
    for (let polls = 0; polls < 13; polls++) {
      const decision = decidePoll({ ...ROW, ...POLLED, interval_seconds: intervalSeconds }, START)
      if (decision.action !== 'refuse') throw new Error(decision.action)
      intervalSeconds = decision.intervalSeconds
      intervals.push(intervalSeconds)
    }
    expect(intervals).toEqual([10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 60, 60])
  })
})
