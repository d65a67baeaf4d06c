/** Every way in which a command can fail, each with the moment at which it happens. */
export type ErrorCode =
  /** The command line or the configuration says something that cannot be meant. */
  | 'USAGE'
  /** Nobody is logged in for this profile, or the login ended; only a person can mend it. */
  | 'NOT_LOGGED_IN'
  /** The store has no session where the profile remembers one. */
  | 'SESSION_MISSING'
  /** The store has something that is no session: cut, corrupt, of another issuer. It is set aside. */
  | 'SESSION_UNREADABLE'
  /** The AuthService refused the refresh token (`invalid_grant`): the session is over. */
  | 'SESSION_EXPIRED'
  /** The AuthService could not be reached, timed out or answered 5xx or 429. Tokens are kept. */
  | 'AUTH_SERVICE_UNREACHABLE'
  /** The BackendAPI could not be reached, timed out or answered 5xx or 429. Tokens are kept. */
  | 'API_UNREACHABLE'
  /** The BackendAPI answered with something that is neither success nor a reason to log in again. */
  | 'API_REFUSED'
  /** The BackendAPI wants a scope that this session does not have (RFC 6750 §3.1). */
  | 'INSUFFICIENT_SCOPE'
  /** Metadata is missing, malformed, or speaks for somebody else (RFC 8414 §3.3, RFC 9728 §3.3). */
  | 'DISCOVERY_FAILED'
  /** The AuthService or the person said no, or an answer failed a check of the protocol. */
  | 'LOGIN_FAILED'
  /** Nobody finished the login within its time limit. */
  | 'LOGIN_TIMEOUT'
  /** There is no usable keychain, or it did not answer in time. Nothing was written. */
  | 'KEYCHAIN_UNAVAILABLE'
  /** The keychain answers, but the session that the profile remembers is not to be had: locked or removed. */
  | 'KEYCHAIN_LOCKED'
  /** The store could not keep or give back what was asked of it. */
  | 'STORE_FAILED'
  /** The stored session was written by a newer authcli and is left alone. */
  | 'STORE_NEWER'
  /** Another process held the session's lock for too long. Nothing was exchanged. */
  | 'LOCK_TIMEOUT'
  /** Not even a new access token is good for as long as was asked. */
  | 'TOKEN_TOO_SHORT'
  /** `doctor` found something that does not work. */
  | 'CHECK_FAILED'
  /** SIGINT or SIGTERM. */
  | 'INTERRUPTED'

/** Exit codes by error: 1 failed · 2 usage · 4 log in first · 5 a service can't be reached · 130 interrupted. */
export const EXIT_CODES: Readonly<Record<ErrorCode, 1 | 2 | 4 | 5 | 130>> = {
  USAGE: 2,
  NOT_LOGGED_IN: 4,
  SESSION_MISSING: 4,
  SESSION_UNREADABLE: 4,
  SESSION_EXPIRED: 4,
  AUTH_SERVICE_UNREACHABLE: 5,
  API_UNREACHABLE: 5,
  API_REFUSED: 1,
  INSUFFICIENT_SCOPE: 1,
  DISCOVERY_FAILED: 1,
  LOGIN_FAILED: 1,
  LOGIN_TIMEOUT: 1,
  KEYCHAIN_UNAVAILABLE: 1,
  KEYCHAIN_LOCKED: 1,
  STORE_FAILED: 1,
  STORE_NEWER: 1,
  LOCK_TIMEOUT: 5,
  TOKEN_TOO_SHORT: 1,
  CHECK_FAILED: 1,
  INTERRUPTED: 130,
}

/**
 * The only error that authcli throws on purpose.
 *
 * `message` says what happened, in lower case, without a final period and without any secret; `hint` says
 * what to type or do, or is absent where nothing helps. `cause` keeps what was caught.
 */
export class AuthcliError extends Error {
  readonly code: ErrorCode
  readonly hint: string | undefined

  constructor(code: ErrorCode, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'AuthcliError'
    this.code = code
    this.hint = options.hint
  }
}
