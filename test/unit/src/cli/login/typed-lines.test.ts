import { describe, expect, it } from 'vitest'
import { typedLines } from '../../../../../src/cli/login/typed-lines.js'

/** The lines that these pieces make, and how much of a line is left in the end. */
function type(...pieces: string[]) {
  const lines: string[] = []
  let pending = 0
  const take = typedLines({
    onLine: (line) => lines.push(line),
    onPending: (characters) => {
      pending = characters
    },
  })
  for (const piece of pieces) take(piece)
  return { lines, pending }
}

describe('typedLines', () => {
  it.each<[string, string[], string[]]>([
    ['a line in one piece', ['abc\r'], ['abc']],
    ['a line in many pieces', ['a', 'b', 'c', '\r'], ['abc']],
    ['both kinds of line ends', ['a\nb\r\nc\r'], ['a', 'b', 'c']],
    ['Enter alone', ['\r'], ['']],
    ['Enter alone, twice', ['\r', '\n'], ['', '']],
    ['no Enter in the empty lines of a paste', ['\r\rabc\r\r'], ['abc']],
    ['Enter after a line', ['abc\r', '\r'], ['abc', '']],
    ['Backspace', ['abd\u007fc\r', 'abd\bc\r'], ['abc', 'abc']],
    ['Backspace on nothing', ['\u007f\u007fabc\r'], ['abc']],
    ['Ctrl-U', ['wrong\u0015abc\r'], ['abc']],
    ['other control characters left out', ['a\u0000b\u0007\tc\u009b\r'], ['abc']],
    ['arrow keys left out', ['a\u001b[Ab\u001bOBc\u001b[1;5D\r'], ['abc']],
    ['a key sequence in two pieces left out', ['a\u001b', '[Ab\u001b[', '1;5Cc\r'], ['abc']],
    ['the brackets of a paste left out', ['\u001b[200~abc\u001b[201~\r'], ['abc']],
    ['a title that a paste would set, as plain text', ['\u001b]0;x\u0007\r'], ['0;x']],
  ])('reads %s', (_what, pieces, lines) => {
    expect(type(...pieces)).toEqual({ lines, pending: 0 })
  })

  it('says how much of a line is there', () => {
    expect(type('ab', 'c')).toEqual({ lines: [], pending: 3 })
  })

  it('reads a line of many times what a terminal takes, in pieces of its size', () => {
    const line = 'x'.repeat(40_000)
    const pieces = line.match(/.{1,4095}/g) ?? []
    expect(type(...pieces, '\r').lines).toEqual([line])
  })

  it('keeps no line that never ends', () => {
    expect(type('x'.repeat(1_000_000)).pending).toBe(65_536)
  })
})
