import { describe, expect, it } from 'vitest'
import { isDueForRefresh, isUsable } from '../../../../src/session/access-token-lifetime.js'
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
