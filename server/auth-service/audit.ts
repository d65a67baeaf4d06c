import type { FastifyBaseLogger } from 'fastify'

/** What the AuthService writes one audit line for. */
export type AuditEvent =
  | 'sign-in'
  | 'sign-in-failed'
  | 'throttled'
  | 'consent'
  | 'consent-denied'
  | 'code-issued'
  | 'code-reused'
  | 'token-issued'
  | 'token-refused'
  | 'refreshed'
  | 'refresh-refused'
  | 'reuse-found'
  | 'grant-revoked'
  | 'token-revoked'
  | 'signed-out'

/**
 * The names that tie lines together: `interactionId` from an authorization request to its code, `grantId`
 * from the code to every later token, `traceId` (W3C) to the client's own trace. `reason` is the exact one,
 * which never goes to the wire. None is a secret.
 */
export interface AuditFields {
  interactionId?: string | undefined
  grantId?: string | undefined
  accountId?: string | undefined
  clientId?: string | undefined
  resource?: string | undefined
  scope?: string | undefined
  traceId?: string | undefined
  source?: string | undefined
  reason?: string | undefined
}

/** Writes one audit line to the log of this request. */
export function audit(log: FastifyBaseLogger, event: AuditEvent, fields: AuditFields): void {
  log.info({ event, ...fields }, 'audit')
}
