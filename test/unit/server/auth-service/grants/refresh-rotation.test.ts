import { describe, expect, it } from 'vitest'
import {
  decideRotation,
  type RotationState,
} from '../../../../../server/auth-service/grants/refresh-rotation.js'

const SECOND = 1000
const DAY = 86_400 * SECOND
const RETRY_MS = 7 * DAY
const AT = Date.UTC(2026, 0, 1)

/** The row after the token of generation 5 was used, a second after that of 4 and an hour after that of 3. */
const ROW: RotationState = {
  generation: 5,
  nonce: 'five',
  retriesEndedAt: null,
  advancedAt: [AT, AT - SECOND],
  restoredAt: null,
}

const FRESH: RotationState = {
  generation: 0,
  nonce: null,
  retriesEndedAt: null,
  advancedAt: [],
  restoredAt: null,
}

const decide = (generation: number, nonce: string, now: number, row = ROW, retryMs = RETRY_MS) =>
  decideRotation(row, { generation, nonce }, { retryMs, now })

describe('a refresh token', () => {
  it('of the next generation advances the grant to itself (59)', () => {
    expect(decide(6, 'six', AT + DAY)).toEqual({
      action: 'advance',
      next: { generation: 6, nonce: 'six', retriesEndedAt: null, advancedAt: [AT + DAY] },
    })
  })

  it('of the next generation is good whatever its nonce, because the first use decides (58)', () => {
    expect(decide(6, 'another six', AT + 30 * DAY).action).toBe('advance')
  })

  it('of a fresh grant is of generation 1', () => {
    expect(decide(1, 'one', AT, FRESH).action).toBe('advance')
    expect(decide(2, 'two', AT, FRESH).action).toBe('refuse')
  })

  it.each([
    ['at once', 0],
    ['after 1 s', SECOND],
    ['after 61 s', 61 * SECOND],
    ['after 1 day', DAY],
    ['in the last millisecond of 7 days', 7 * DAY - 1],
  ])('that was used last is answered again %s (58)', (_when, later) => {
    expect(decide(5, 'five', AT + later)).toEqual({ action: 'reissue' })
  })

  it.each([
    ['refused at the end of 7 days', 7 * DAY, 'refuse'],
    ['refused within the minute after', 7 * DAY + 60 * SECOND, 'refuse'],
    ['the end of the grant after that minute', 7 * DAY + 60 * SECOND + 1, 'revoke'],
    ['the end of the grant after 8 days', 8 * DAY, 'revoke'],
  ])('that was used last is %s (58)', (_what, later, action) => {
    expect(decide(5, 'five', AT + later).action).toBe(action)
  })

  it.each([
    [0, 'refuse'],
    [60 * SECOND, 'refuse'],
    [60 * SECOND + 1, 'revoke'],
  ])(
    'that was used last is spent at once where retries are turned off: after %d ms %s (58)',
    (later, action) => {
      expect(decide(5, 'five', AT + later, ROW, 0).action).toBe(action)
    },
  )

  it('that was refused because its retries are over is not brought back by a clock or a longer setting (60)', () => {
    const refused = decide(5, 'five', AT + 7 * DAY)
    if (refused.action !== 'refuse' || refused.retriesEndedAt === undefined) throw new Error(refused.action)
    expect(refused.retriesEndedAt).toBe(AT + 7 * DAY)
    const row = { ...ROW, retriesEndedAt: refused.retriesEndedAt }
    expect(decide(5, 'five', AT + DAY, row).action).toBe('refuse')
    expect(decide(5, 'five', AT + 7 * DAY + SECOND, row, 14 * DAY).action).toBe('refuse')
    expect(decide(5, 'five', AT + 8 * DAY, row, 14 * DAY).action).toBe('revoke')
    expect(decide(5, 'another five', AT + DAY, row).action).toBe('revoke')
    expect(decide(6, 'six', AT + 8 * DAY, row)).toMatchObject({
      action: 'advance',
      next: { retriesEndedAt: null },
    })
  })

  it('that was used once is not brought back by a clock that is set back where retries are off (60)', () => {
    expect(decide(5, 'five', AT - DAY, ROW, 0).action).toBe('refuse')
  })

  it.each([0, SECOND, DAY])('whose sibling was used before it ends the grant, after %d ms (57)', (later) => {
    expect(decide(5, 'another five', AT + later).action).toBe('revoke')
  })

  it.each([
    ['the one before, a moment after its end', 4, AT + SECOND, 'refuse'],
    ['the one before, 60 s after its end', 4, AT + 60 * SECOND, 'refuse'],
    ['the one before, 61 s after its end', 4, AT + 61 * SECOND, 'revoke'],
    ['two before, 60 s after its end', 3, AT + 59 * SECOND, 'refuse'],
    ['two before, 61 s after its end', 3, AT + 60 * SECOND, 'revoke'],
    ['three before, which ended an hour ago', 2, AT, 'revoke'],
    ['the very first', 1, AT, 'revoke'],
  ])(
    'that is older is a late duplicate for a minute after its end: %s (57)',
    (_what, generation, now, action) => {
      expect(decide(generation, 'any', now).action).toBe(action)
    },
  )

  it.each([7, 8, 4_000_000_000])(
    'of generation %d, newer than the database knows, is refused and changes nothing (60)',
    (generation) => {
      expect(decide(generation, 'any', AT).action).toBe('refuse')
    },
  )
})

describe('a refresh token of a grant from a backup whose logins go on', () => {
  const RESTORED: RotationState = { ...ROW, restoredAt: AT + DAY }
  const now = AT + 2 * DAY

  it.each([7, 8, 4_000_000_000])(
    'counts where it is newer than the row, and all before it is spent: %d (59) (60)',
    (generation) => {
      const decision = decide(generation, 'newer', now, RESTORED)
      expect(decision).toEqual({
        action: 'rejoin',
        next: { generation, nonce: 'newer', retriesEndedAt: null, advancedAt: [now] },
      })
      if (decision.action !== 'rejoin') throw new Error(decision.action)
      const row: RotationState = { ...RESTORED, ...decision.next }
      expect(decide(generation, 'newer', now + SECOND, row).action).toBe('reissue')
      expect(decide(generation, 'another', now + SECOND, row).action).toBe('revoke')
      expect(decide(generation + 1, 'next', now + SECOND, row).action).toBe('advance')
      expect(decide(generation + 2, 'any', now + SECOND, row).action).toBe('rejoin')
      expect(decide(generation - 1, 'any', now + 60 * SECOND, row).action).toBe('refuse')
      expect(decide(generation - 1, 'any', now + 61 * SECOND, row).action).toBe('revoke')
      expect(decide(generation - 2, 'any', now + SECOND, row).action).toBe('revoke')
    },
  )

  it('is decided on as of any other grant where it is not newer (60)', () => {
    const after = (generation: number, nonce: string) => decide(generation, nonce, now, RESTORED)
    for (const [generation, nonce] of [
      [6, 'six'],
      [5, 'five'],
      [5, 'another five'],
      [4, 'any'],
    ] as const) {
      expect(after(generation, nonce)).toEqual(decide(generation, nonce, now))
    }
  })
})

describe('the remembered instants', () => {
  const refreshEvery = (ms: number, times: number) => {
    let row = FRESH
    for (let generation = 1; generation <= times; generation++) {
      const decision = decide(generation, `nonce ${generation}`, AT + generation * ms, row)
      if (decision.action !== 'advance') throw new Error(decision.action)
      row = { ...row, ...decision.next }
    }
    return { row, now: AT + times * ms }
  }

  it('are one for a client that refreshes every ten minutes', () => {
    expect(refreshEvery(600 * SECOND, 20).row.advancedAt).toHaveLength(1)
  })

  it('are those of the last minute for one that refreshes every 3 s, but at most 16', () => {
    expect(refreshEvery(5 * SECOND, 50).row.advancedAt).toHaveLength(13)
    expect(refreshEvery(SECOND, 50).row.advancedAt).toHaveLength(16)
  })

  it('tell a late duplicate from a spent token at every distance', () => {
    const { row, now } = refreshEvery(5 * SECOND, 50)
    // The token of generation n ended when that of n + 1 was used.
    expect(decide(50 - 13, 'any', now, row).action).toBe('refuse')
    expect(decide(50 - 14, 'any', now, row).action).toBe('revoke')
  })

  it('that were forgotten for lack of room count as late for as long as they may be (58)', () => {
    const { row, now } = refreshEvery(SECOND, 50)
    expect(decide(20, 'any', now, row).action).toBe('refuse')
    expect(decide(20, 'any', now + 46 * SECOND, row).action).toBe('revoke')
  })

  it('survive a clock that goes back', () => {
    const later: RotationState = { ...ROW, advancedAt: [AT + DAY] }
    expect(decide(6, 'six', AT, later)).toMatchObject({ action: 'advance' })
    expect(decide(5, 'five', AT, later)).toEqual({ action: 'reissue' })
    expect(decide(4, 'any', AT, later).action).toBe('refuse')
  })
})
