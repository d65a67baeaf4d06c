import { canOpenBrowser } from './can-open-browser.js'
import type { Surroundings } from './surroundings.js'

/** What of a command line decides how a login goes. */
export interface LoginWish {
  noBrowserFlag: boolean
  timeoutFlag: boolean
  deviceFlag: boolean
}

/** How a login goes, or that it does not: nobody is there to wait for. */
export type WayOfLogin = 'refuse' | PossibleWays

/** The ways that one login takes at once. */
export interface PossibleWays {
  opensBrowser: boolean
  /** When a code for another device is shown: see `OtherWays`. */
  deviceGrant: 'only' | 'at-once' | 'on-request' | 'no'
  /** What is pasted is read. */
  readsKeyboard: boolean
}

/**
 * Decides which ways a login takes.
 *
 * Without a terminal, and where a machine runs it, it takes none by itself: `--no-browser`, `--device` or an
 * explicit `--timeout` say that somebody will do what is printed, and then it prints and waits. On a terminal
 * the loopback redirect comes first: the browser opens, and the device grant only waits to be asked for.
 * Where no browser can be opened, it begins by itself.
 */
export function wayOfLogin(surroundings: Surroundings, wish: LoginWish): WayOfLogin {
  const { hasTerminal, hasKeyboard, isCi } = surroundings
  const somebodyIsThere = hasTerminal && !isCi
  if (wish.deviceFlag) return { opensBrowser: false, deviceGrant: 'only', readsKeyboard: false }
  if (!somebodyIsThere) {
    const isExpected = wish.noBrowserFlag || wish.timeoutFlag
    return isExpected ? { opensBrowser: false, deviceGrant: 'no', readsKeyboard: false } : 'refuse'
  }
  const hasBrowser = canOpenBrowser(surroundings)
  return {
    opensBrowser: hasBrowser && !wish.noBrowserFlag,
    deviceGrant: !hasBrowser ? 'at-once' : hasKeyboard ? 'on-request' : 'no',
    readsKeyboard: hasKeyboard,
  }
}
