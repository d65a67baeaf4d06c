import { describe, expect, it } from 'vitest'
import { age, remaining } from '../../../../src/cli/age.js'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

describe('age', () => {
  it.each([
    [-5, 'now'],
    [59_999, 'now'],
    [MINUTE, '1m'],
    [119 * MINUTE, '1h'],
    [DAY, '1d'],
    [400 * DAY, '1y'],
    [Number.NaN, '–'],
  ])('of %d ms is %s', (milliseconds, text) => {
    expect(age(milliseconds)).toBe(text)
  })
})

describe('remaining', () => {
  it.each([
    [10, 'less than a second'],
    [1000, '1 second'],
    [119_000, '119 seconds'],
    [9.9 * MINUTE, '9 minutes'],
    [3 * 60 * MINUTE, '3 hours'],
    [30 * DAY, '30 days'],
  ])('of %d ms is %s', (milliseconds, text) => {
    expect(remaining(milliseconds)).toBe(text)
  })
})
