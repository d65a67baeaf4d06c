import type { DeviceCode } from './device-grant.js'

/** Shows the person the address to log in at, and opens it in their browser where that is wanted. */
export type SendPersonTo = (
  authorizationUrl: URL,
  /** What the person can be told of the device grant: it is shown already, can be asked for, or is not there. */
  deviceGrant: 'shown' | 'on-request' | 'no',
) => void

/** The ways to log in that there are beside a browser on this computer. */
export interface OtherWays {
  /** When the device grant begins: instead of all else, at once, or when the person presses Enter. */
  deviceGrant: 'only' | 'at-once' | 'on-request'
  /** Calls back with every line that the person types or pastes, '' for Enter alone, until it is stopped. */
  readLines?: (onLine: (line: string) => void) => () => void
  /** Shows the person what to do on another device. */
  showDeviceCode: (code: DeviceCode) => Promise<void> | void
  /** Says that something did not work, and that the wait goes on. */
  complain: (problem: string) => void
}
