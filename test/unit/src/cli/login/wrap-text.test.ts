import { describe, expect, it } from 'vitest'
import { wrapText } from '../../../../../src/cli/login/wrap-text.js'

describe('wrapText', () => {
  it.each<[string, number, string[]]>([
    ['one two three', 80, ['one two three']],
    ['one two three', 7, ['one two', 'three']],
    ['one two three', 6, ['one', 'two', 'three']],
    ['one incomprehensibilities two', 8, ['one', 'incomprehensibilities', 'two']],
    ['日本 日本', 5, ['日本', '日本']],
    ['one two', Number.POSITIVE_INFINITY, ['one two']],
    ['', 10, ['']],
  ])('breaks %j at %d columns into %j', (text, width, lines) => {
    expect(wrapText(text, width)).toEqual(lines)
  })
})
