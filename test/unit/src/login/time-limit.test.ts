import { describe, expect, it } from 'vitest'
import { inWords, withinTimeLimit } from '../../../../src/login/time-limit.js'

const never = new Promise<never>(() => {})

describe('withinTimeLimit', () => {
  it('gives back what comes in time', async () => {
    expect(await withinTimeLimit(Promise.resolve('x'), 60, new AbortController().signal)).toBe('x')
  })

  it('says how long it waited', async () => {
    await expect(withinTimeLimit(never, 0.01, new AbortController().signal)).rejects.toMatchObject({
      code: 'LOGIN_TIMEOUT',
    })
  })

  it('ends at an interruption, also at one that was there before', async () => {
    const controller = new AbortController()
    const waiting = withinTimeLimit(never, 60, controller.signal)
    controller.abort()
    await expect(waiting).rejects.toMatchObject({ code: 'INTERRUPTED' })
    await expect(withinTimeLimit(never, 60, controller.signal)).rejects.toMatchObject({ code: 'INTERRUPTED' })
  })
})

describe('inWords', () => {
  it.each([
    [300, '5 minutes'],
    [60, '1 minute'],
    [90, '90 seconds'],
    [1, '1 second'],
  ])('%d: %s', (seconds, words) => {
    expect(inWords(seconds)).toBe(words)
  })
})
