import { describe, expect, it } from 'vitest'
import { visibleJson, visibleText } from '../../../../src/cli/visible-text.js'

const HOSTILE = [
  ['a cursor movement', '\u001b[2J\u001b[H'],
  ['a window title', '\u001b]0;owned\u0007'],
  ['a hyperlink', '\u001b]8;;https://evil.example\u001b\\click\u001b]8;;\u001b\\'],
  ['an eight-bit control sequence', '\u009b31m'],
  ['a carriage return', 'good\rbad'],
  ['a backspace', 'a\u0008b'],
  ['DEL', 'a\u007fb'],
  ['a turned direction', 'abc\u202egpj.exe'],
  ['an isolate', '\u2066x\u2069'],
  ['a line separator', 'a\u2028b'],
  ['a zero-width space', 'pay\u200bpal'],
  ['a byte order mark', '\ufeffx'],
  ['half a surrogate pair', 'a\ud800b'],
  ['an invisible tag', '\u{e0041}'],
] as const

describe('visibleText', () => {
  it.each(HOSTILE)('leaves nothing of %s that acts on a terminal', (_what, text) => {
    expect(visibleText(text)).not.toMatch(/(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
  })

  it('writes an unsafe character as its code point', () => {
    expect(visibleText('a\u001b[31mb\u{e0041}')).toBe('a\\u{1b}[31mb\\u{e0041}')
  })

  it('makes one space of line breaks and tabs', () => {
    expect(visibleText('one\r\n\ttwo')).toBe('one two')
  })

  it.each(['Grüße', '日本語', 'नमस्ते', 'שלום', '👩‍👩‍👧', 'e\u0301', 'می‌خواهم', '$(x) `y` \\n'])(
    'leaves %s as it is',
    (text) => {
      expect(visibleText(text)).toBe(text)
    },
  )
})

describe('visibleJson', () => {
  it.each(HOSTILE)('leaves nothing of %s that acts on a terminal', (_what, text) => {
    expect(visibleJson({ text })).not.toMatch(/(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
  })

  it.each(HOSTILE)('means the same with %s for every parser', (_what, text) => {
    expect(JSON.parse(visibleJson({ [text]: text }))).toEqual({ [text]: text })
  })
})
