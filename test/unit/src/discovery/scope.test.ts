import { describe, expect, it } from 'vitest'
import { isScopeToken, parseScope } from '../../../../src/discovery/scope.js'

describe('isScopeToken', () => {
  it.each([
    ['items:read', true],
    ['https://api.example/read', true],
    ['!', true],
    ['', false],
    ['a b', false],
    ['a"b', false],
    ['a\\b', false],
    ['a\u001b', false],
    ['\u00e4', false],
    ['a'.repeat(257), false],
    [7, false],
    [undefined, false],
  ])('%j: %s', (value, expected) => {
    expect(isScopeToken(value)).toBe(expected)
  })
})

describe('parseScope', () => {
  it('lists each scope once, in its order', () => {
    expect(parseScope(' b  a b ')).toEqual(['b', 'a'])
  })

  it('is undefined when a part is no scope', () => {
    expect(parseScope('a "b"')).toBeUndefined()
  })
})
