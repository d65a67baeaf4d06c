import { describe, expect, test } from 'vitest'
import {
  isPublished,
  isSpent,
  JWKS_MAX_AGE_SECONDS,
  keyInUse,
  keyState,
  PUBLISHED_FIRST_MS,
  RELOAD_MS,
} from '../../../../../server/auth-service/tokens/key-life.js'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const LIFETIMES = {
  grantIdleSeconds: 30 * 86_400,
  grantAbsoluteSeconds: 365 * 86_400,
  refreshRetrySeconds: 7 * 86_400,
}

const signing = { purpose: 'sign', active_from: 10 * DAY, retired_at: 100 * DAY } as const
const refresh = { ...signing, purpose: 'refresh-token' } as const

describe('a signing key', () => {
  test.each([
    ['next', true, 10 * DAY - 1],
    ['in use', true, 10 * DAY],
    ['in use', true, 100 * DAY - 1],
    ['old', true, 100 * DAY],
    ['old', true, 101 * DAY + HOUR - 1],
    ['hints only', false, 101 * DAY + HOUR],
    ['hints only', false, 465 * DAY],
  ])('is %s, and its being published is %s, at %d (52)', (state, published, now) => {
    expect(keyState(signing, now)).toBe(state)
    expect(isPublished(signing, now)).toBe(published)
  })

  test('is in use for as long as it has no successor (52)', () => {
    const key = { ...signing, retired_at: null }
    expect(keyState(key, 10_000 * DAY)).toBe('in use')
    expect(isSpent(key, 10_000 * DAY, LIFETIMES)).toBe(false)
  })

  test('is spent when the last login with one of its ID tokens is over', () => {
    expect(isSpent(signing, 466 * DAY + HOUR - 1, LIFETIMES)).toBe(false)
    expect(isSpent(signing, 466 * DAY + HOUR, LIFETIMES)).toBe(true)
  })

  test('is published for longer than all caches and replicas need to find it, before it signs (52)', () => {
    expect(PUBLISHED_FIRST_MS).toBeGreaterThanOrEqual(10 * (RELOAD_MS + 2 * JWKS_MAX_AGE_SECONDS * 100))
  })
})

describe('the key of refresh tokens', () => {
  test('is never published', () => {
    for (const now of [0, 50 * DAY, 100 * DAY]) expect(isPublished(refresh, now)).toBe(false)
  })

  test('is old until the last refresh token of it has died, its retries and those of the one before included, and then spent', () => {
    const end = 100 * DAY + 25 * HOUR + (30 + 2 * 7) * DAY
    expect(keyState(refresh, end - 1)).toBe('old')
    expect(isSpent(refresh, end - 1, LIFETIMES)).toBe(false)
    expect(isSpent(refresh, end, LIFETIMES)).toBe(true)
  })
})

test('the key in use is the latest whose time has come', () => {
  const keys = [{ active_from: 10 }, { active_from: 20 }, { active_from: 30 }]
  expect([10, 19, 20, 29, 30, 99].map((now) => keyInUse(keys, now)?.active_from)).toEqual([
    10, 10, 20, 20, 30, 30,
  ])
})

test('a replica whose clock is behind uses the first key there is', () => {
  expect(keyInUse([{ active_from: 10 }, { active_from: 20 }], 9)?.active_from).toBe(10)
  expect(keyInUse([], 9)).toBeUndefined()
})
