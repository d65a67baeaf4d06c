import { describe, expect, it } from 'vitest'
import { createStyle } from '../../../../src/cli/style.js'

describe('createStyle', () => {
  it.each([
    ['on a terminal', { isTTY: true }, { TERM: 'xterm' }, true],
    ['on a terminal of no name', { isTTY: true }, {}, true],
    ['on a pipe', {}, { TERM: 'xterm' }, false],
    ['with NO_COLOR', { isTTY: true }, { NO_COLOR: '1' }, false],
    ['with NO_COLOR=0', { isTTY: true }, { NO_COLOR: '0' }, false],
    ['with an empty NO_COLOR', { isTTY: true }, { NO_COLOR: '' }, true],
    ['on a dumb terminal', { isTTY: true }, { TERM: 'dumb' }, false],
  ])('%s: colour %#', (_what, stream, env, hasColour) => {
    expect(createStyle(stream, env).red('x')).toBe(hasColour ? '\u001b[31mx\u001b[39m' : 'x')
  })
})
