import { describe, expect, it } from 'vitest'
import { fitText, padText, textWidth } from '../../../../src/cli/text-width.js'

describe('textWidth', () => {
  it.each([
    ['', 0],
    ['abc', 3],
    ['Grüße', 5],
    ['日本語', 6],
    ['한국어', 6],
    ['ｆｕｌｌ', 8],
    ['e\u0301', 1],
    ['👍', 2],
    ['👩‍👩‍👧', 2],
    ['🇩🇪', 2],
    ['❤️', 2],
    ['…', 1],
  ])('of %s is %d', (text, width) => {
    expect(textWidth(text)).toBe(width)
  })
})

describe('fitText', () => {
  it.each([
    ['abcdef', 6, 'abcdef'],
    ['abcdef', 5, 'abcd…'],
    ['ab cdef', 4, 'ab…'],
    ['日本語日本語', 5, '日本…'],
    ['日本語日本語', 6, '日本…'],
    ['👩‍👩‍👧👍👍', 4, '👩‍👩‍👧…'],
    ['abc', 1, '…'],
    ['abc', 0, ''],
  ])('%s in %d columns is %s', (text, width, fitted) => {
    expect(fitText(text, width)).toBe(fitted)
    expect(textWidth(fitText(text, width))).toBeLessThanOrEqual(width)
  })
})

describe('padText', () => {
  it('counts columns, not characters', () => {
    expect(padText('日本', 6)).toBe('日本  ')
  })
})
