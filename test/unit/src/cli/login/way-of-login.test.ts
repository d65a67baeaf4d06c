import { describe, expect, it } from 'vitest'
import { canOpenBrowser } from '../../../../../src/cli/login/can-open-browser.js'
import type { Surroundings } from '../../../../../src/cli/login/surroundings.js'
import { type WayOfLogin, wayOfLogin } from '../../../../../src/cli/login/way-of-login.js'

const DESKTOP: Surroundings = {
  platform: 'linux',
  hasTerminal: true,
  hasKeyboard: true,
  hasDisplay: true,
  hasNamedBrowser: false,
  ssh: undefined,
  isWsl: false,
  isContainer: false,
  isCi: false,
  showsBlocks: true,
}

const ways = (opensBrowser: boolean, deviceGrant: string, readsKeyboard: boolean) =>
  ({ opensBrowser, deviceGrant, readsKeyboard }) as WayOfLogin

/** Terminal, CI, keyboard, browser, --device, --no-browser, --timeout (y, n, or * for either), and what follows. */
const LOGINS: [string, WayOfLogin][] = [
  ['* * * * y * *', ways(false, 'only', false)],
  ['n * * * n n n', 'refuse'],
  ['y y * * n n n', 'refuse'],
  ['n * * * n y *', ways(false, 'no', false)],
  ['n * * * n n y', ways(false, 'no', false)],
  ['y y * * n y *', ways(false, 'no', false)],
  ['y y * * n n y', ways(false, 'no', false)],
  ['y n y y n n *', ways(true, 'on-request', true)],
  ['y n n y n n *', ways(true, 'no', false)],
  ['y n y y n y *', ways(false, 'on-request', true)],
  ['y n n y n y *', ways(false, 'no', false)],
  ['y n y n n * *', ways(false, 'at-once', true)],
  ['y n n n n * *', ways(false, 'at-once', false)],
]

/** BROWSER, SSH, WSL, container, display, and whether a browser can be opened. */
const BROWSERS: [string, boolean][] = [
  ['y * * * *', true],
  ['n y * * *', false],
  ['n n y n *', true],
  ['n n n * y', true],
  ['n n n * n', false],
  ['n n y y y', true],
  ['n n y y n', false],
]

describe('wayOfLogin', () => {
  it.each(combinations(7))(
    'with terminal, CI, keyboard, browser, --device, --no-browser, --timeout: %s',
    (facts) => {
      const [hasTerminal, isCi, hasKeyboard, hasDisplay, deviceFlag, noBrowserFlag, timeoutFlag] = yes(facts)
      const surroundings = { ...DESKTOP, hasTerminal, isCi, hasKeyboard, hasDisplay }
      const way = wayOfLogin(surroundings, { deviceFlag, noBrowserFlag, timeoutFlag })
      expect(way).toEqual(only(LOGINS, facts))
    },
  )

  it('opens a browser, and reads the keyboard, only where somebody sits at a terminal', () => {
    const active = LOGINS.filter(([, way]) => way !== 'refuse' && (way.opensBrowser || way.readsKeyboard))
    expect(active.map(([facts]) => facts.slice(0, 3))).toEqual(active.map(() => 'y n'))
  })
})

describe('canOpenBrowser', () => {
  it.each(combinations(5))('with BROWSER, SSH, WSL, container, display: %s (79)', (facts) => {
    const [hasNamedBrowser, isSsh, isWsl, isContainer, hasDisplay] = yes(facts)
    const ssh = isSsh ? {} : undefined
    const surroundings = { ...DESKTOP, hasNamedBrowser, ssh, isWsl, isContainer, hasDisplay }
    expect(canOpenBrowser(surroundings)).toBe(only(BROWSERS, facts))
  })
})

/** Every row of so many facts. */
function combinations(count: number): string[] {
  const bits = Array.from({ length: 2 ** count }, (_row, row) => row.toString(2).padStart(count, '0'))
  return bits.map((row) => [...row].map((bit) => (bit === '1' ? 'y' : 'n')).join(' '))
}

type Facts = [boolean, boolean, boolean, boolean, boolean, boolean, boolean]

function yes(facts: string): Facts {
  const [a, b, c, d, e, f, g] = facts.split(' ').map((fact) => fact === 'y')
  return [a === true, b === true, c === true, d === true, e === true, f === true, g === true]
}

/** What the one row of a table says that fits the facts. */
function only<Value>(table: readonly (readonly [string, Value])[], facts: string): Value | undefined {
  const given = facts.split(' ')
  const fitting = table.filter(([row]) =>
    row.split(' ').every((fact, at) => fact === '*' || fact === given[at]),
  )
  expect(fitting.map(([row]) => row)).toHaveLength(1)
  return fitting[0]?.[1]
}
