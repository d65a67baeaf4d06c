import { describe, expect, it } from 'vitest'
import { isDueForRefresh, isUsable, lifetimeOf } from '../../../../src/session/access-token-lifetime.js'
import { testSession } from '../../../support/session/test-session.js'

const EXPIRES_AT = 1_000_000

function withLifetime(lifetimeSeconds: number | undefined) {
  const session = testSession({ expiresAt: EXPIRES_AT })
  if (lifetimeSeconds === undefined) delete session.lifetimeSeconds
  else session.lifetimeSeconds = lifetimeSeconds
  return session
}

describe('isDueForRefresh', () => {
  it.each([
    [600, 60_000],
    [6000, 60_000],
    [300, 30_000],
    [3, 300],
    [0, 0],
    [undefined, 0],
  ])('counts from a lifetime of %s s on with %d ms left', (lifetimeSeconds, leftMs) => {
    const session = withLifetime(lifetimeSeconds)
    expect(isDueForRefresh(session, EXPIRES_AT - leftMs - 1)).toBe(false)
    expect(isDueForRefresh(session, EXPIRES_AT - leftMs)).toBe(true)
  })

  it('counts after the end', () => {
    expect(isDueForRefresh(withLifetime(600), EXPIRES_AT + 1)).toBe(true)
  })

  it('never counts without a known end', () => {
    const session = testSession()
    delete session.expiresAt
    expect(isDueForRefresh(session, Number.MAX_SAFE_INTEGER)).toBe(false)
  })
})

describe('isUsable', () => {
  it('is true until the end, and where none is known', () => {
    const session = testSession({ expiresAt: EXPIRES_AT })
    expect(isUsable(session, EXPIRES_AT - 1)).toBe(true)
    expect(isUsable(session, EXPIRES_AT)).toBe(false)
    delete session.expiresAt
    expect(isUsable(session, EXPIRES_AT)).toBe(true)
  })
})

describe('the lifetime of a token', () => {
  it('begins at its receipt, in whole seconds', () => {
    expect(lifetimeOf(600.9, 1_000)).toEqual({ expiresAt: 601_000, lifetimeSeconds: 600 })
    expect(lifetimeOf(0, 1_000)).toEqual({ expiresAt: 1_000, lifetimeSeconds: 0 })
  })

  it.each([undefined, 1e300, Number.POSITIVE_INFINITY, Number.NaN])('is not known from %s', (seconds) => {
    expect(lifetimeOf(seconds, 1_000)).toEqual({})
  })
})
