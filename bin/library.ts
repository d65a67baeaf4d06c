import { userInfo } from 'node:os'
import process from 'node:process'
import { type ApiSession, createApiSession, type SessionOptions } from '../src/index.js'
import { lockFolder } from './lock-folder.js'

export {
  type ApiSession,
  AuthcliError,
  type BrowserLogin,
  type DeviceCode,
  type DeviceLogin,
  type ErrorCode,
  type LoginOptions,
  type RevocationOutcome,
  type SessionAccount,
  type SessionOptions,
  type SessionStatus,
  type StoreChoice,
  type TraceEvent,
} from '../src/index.js'

/**
 * Makes the session of your program with one API: `login`, `fetch`, `accessToken`, `status`, `logout`. Nothing is
 * loaded, asked or opened before it is used, nothing is printed, and no signal is listened to.
 *
 * Of the environment it reads where the keychain is (`DBUS_SESSION_BUS_ADDRESS`, `XDG_RUNTIME_DIR`) and which proxy to
 * take (`HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY`), and no variable of the command `authcli`.
 * @throws AuthcliError USAGE for options that can't be meant.
 */
export function createSession(options: SessionOptions): ApiSession {
  const surroundings = {
    env: process.env,
    now: Date.now,
    random: Math.random,
    platform: process.platform,
    uid: process.getuid?.() ?? userInfo().username,
    pid: process.pid,
    lockFolder: lockFolder(),
  }
  return createApiSession(surroundings, options)
}
