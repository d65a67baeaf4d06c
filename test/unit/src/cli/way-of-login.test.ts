import { describe, expect, it } from 'vitest'
import { type WayOfLogin, wayOfLogin } from '../../../../src/cli/way-of-login.js'

/** stdin is a terminal, stderr is one, --no-browser, --timeout, and what follows. */
const TABLE: [boolean, boolean, boolean, boolean, WayOfLogin][] = [
  [true, true, false, false, 'open-browser'],
  [true, true, false, true, 'open-browser'],
  [true, true, true, false, 'print-only'],
  [true, true, true, true, 'print-only'],
  [true, false, false, false, 'refuse'],
  [true, false, false, true, 'print-only'],
  [true, false, true, false, 'print-only'],
  [true, false, true, true, 'print-only'],
  [false, true, false, false, 'refuse'],
  [false, true, false, true, 'print-only'],
  [false, true, true, false, 'print-only'],
  [false, true, true, true, 'print-only'],
  [false, false, false, false, 'refuse'],
  [false, false, false, true, 'print-only'],
  [false, false, true, false, 'print-only'],
  [false, false, true, true, 'print-only'],
]

describe('wayOfLogin', () => {
  it.each(TABLE)(
    'stdin terminal %s, stderr terminal %s, --no-browser %s, --timeout %s: %s',
    (stdinIsTerminal, stderrIsTerminal, noBrowserFlag, timeoutFlag, way) => {
      expect(wayOfLogin({ stdinIsTerminal, stderrIsTerminal, noBrowserFlag, timeoutFlag })).toBe(way)
    },
  )

  it('opens a browser on a terminal only', () => {
    const opening = TABLE.filter(([, , , , way]) => way === 'open-browser')
    expect(opening.every(([stdin, stderr]) => stdin && stderr)).toBe(true)
  })
})
