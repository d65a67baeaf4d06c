/**
 * Why a request with or without a token goes no further. Each code has one answer on the wire
 * (`challenge.ts`); `reason` is for the log only.
 */
export type BearerErrorCode =
  /** No token in the `Authorization` header: 401, a bare challenge. */
  | 'no_credentials'
  /** The header can't be read, or the token came in two ways: 400. */
  | 'invalid_request'
  /** Not issued by our AuthService, not for us, expired, revoked: 401. */
  | 'invalid_token'
  /** A good token without the scope of this route: 403. */
  | 'insufficient_scope'
  /** Neither good nor bad can be said now: 503. */
  | 'temporarily_unavailable'

export class BearerError extends Error {
  readonly code: BearerErrorCode
  /** The exact reason, without any part of the token. Never on the wire. */
  readonly reason: string
  /** With `insufficient_scope`: the scope that the route wants. */
  readonly scope: string | undefined
  /** With `temporarily_unavailable`. */
  readonly retryAfterSeconds: number | undefined

  constructor(
    code: BearerErrorCode,
    reason: string,
    details: { scope?: string; retryAfterSeconds?: number; cause?: unknown } = {},
  ) {
    super(`${code}: ${reason}`, { cause: details.cause })
    this.name = 'BearerError'
    this.code = code
    this.reason = reason
    this.scope = details.scope
    this.retryAfterSeconds = details.retryAfterSeconds
  }
}
