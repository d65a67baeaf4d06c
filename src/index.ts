/**
 * The library: what other command lines are built on. `bin/library.ts` gives it the real things of the process, and is
 * what `import 'authcli'` means.
 */
export { AuthcliError, type ErrorCode } from './errors.js'
export {
  type ApiSession,
  type BrowserLogin,
  createApiSession,
  type DeviceLogin,
  type LoginOptions,
  type SessionStatus,
  type Surroundings,
} from './library/api-session.js'
export type { SessionOptions, StoreChoice } from './library/session-options.js'
export type { DeviceCode } from './login/device-grant.js'
export type { RevocationOutcome } from './session/revocation.js'
export type { SessionAccount } from './session/session.js'
export type { TraceEvent } from './trace.js'
