import type { AuditFields } from './audit.js'

/** Every error code that the AuthService puts on the wire, with the section that defines it. */
export type OAuthErrorCode =
  // RFC 6749 §4.1.2.1 and §5.2
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'unsupported_response_type'
  | 'invalid_scope'
  | 'access_denied'
  | 'server_error'
  | 'temporarily_unavailable'
  // RFC 8707 §2
  | 'invalid_target'
  // RFC 8628 §3.5
  | 'authorization_pending'
  | 'slow_down'
  | 'expired_token'
  // RFC 6750 §3.1
  | 'invalid_token'
  | 'insufficient_scope'
  // OpenID Connect Core §3.1.2.6
  | 'login_required'
  | 'consent_required'
  | 'interaction_required'
  | 'account_selection_required'
  | 'request_not_supported'
  | 'request_uri_not_supported'
  | 'registration_not_supported'

/** What an error may carry besides its code and description. */
export interface OAuthErrorOptions {
  /** HTTP status where it is answered directly; 401 for `invalid_client`, 400 otherwise. */
  statusCode?: number
  /** The exact reason, for the log only. Without one, the description is logged. */
  reason?: string
  /** What the request was about, for its audit line. */
  names?: AuditFields
  /** Further response headers, such as `www-authenticate`. */
  headers?: Readonly<Record<string, string>>
  cause?: unknown
}

/**
 * A request that is refused in the words of the RFCs. `code` and `description` go to the wire, `reason` to the
 * log. Characters that an `error_description` may not hold are replaced, so that no input can break out of it.
 *
 * @see RFC 6749 §5.2: %x20-21 / %x23-5B / %x5D-7E
 */
export class OAuthError extends Error {
  readonly code: OAuthErrorCode
  readonly description: string
  readonly reason: string
  readonly names: AuditFields
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string>>

  constructor(code: OAuthErrorCode, description: string, options: OAuthErrorOptions = {}) {
    super(options.reason ?? description, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'OAuthError'
    this.code = code
    this.description = description.replace(/[^\x20-\x21\x23-\x5b\x5d-\x7e]/g, '?')
    this.reason = options.reason ?? description
    this.names = options.names ?? {}
    this.statusCode = options.statusCode ?? (code === 'invalid_client' ? 401 : 400)
    this.headers = options.headers ?? {}
  }
}
