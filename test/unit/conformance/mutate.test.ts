import { describe, expect, it } from 'vitest'
import { mutate } from '../../conformance/mutate.js'

const mutant = { name: 'a check', file: 'a.ts', find: 'if (bad) refuse()', replace: '$&', tests: [] }

describe('mutate', () => {
  it('replaces the one place, and takes the replacement literally', () => {
    expect(mutate('a; if (bad) refuse(); b', mutant)).toBe('a; $&; b')
  })

  it.each([
    [0, 'nothing here'],
    [2, 'if (bad) refuse(); if (bad) refuse()'],
  ])('is stale when its text occurs %i times', (times, text) => {
    expect(mutate(text, mutant)).toEqual({ state: 'stale', reason: `its text occurs ${times} times` })
  })
})
