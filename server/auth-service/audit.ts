/** What the AuthService writes one audit line for. */
export type AuditEvent =
  | 'sign-in'
  | 'sign-in-failed'
  | 'provider-sign-in-failed'
  | 'provider-linked'
  | 'provider-unlinked'
  | 'account-created'
  | 'name-changed'
  | 'throttled'
  | 'password-link-used'
  | 'password-link-refused'
  | 'consent'
  | 'consent-denied'
  | 'device-started'
  | 'device-code-refused'
  | 'device-approved'
  | 'device-denied'
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
  // By itself, or because an operator said so.
  | 'key-published'
  | 'key-removed'
  // What an operator does.
  | 'account-disabled'
  | 'account-enabled'
  | 'password-changed'
  | 'password-link-made'
  | 'account-signed-out'
  | 'client-changed'
  | 'client-removed'
  | 'resource-removed'
  | 'provider-changed'
  | 'provider-removed'
  | 'data-imported'
  | 'data-restored'

/**
 * The names that tie lines together: `interactionId` from an authorization request to its code, `grantId`
 * from the code, or from the request of a device, to every later token, `traceId` (W3C) to the client's own
 * trace. `reason` is the exact one, which never goes to the wire. None is a secret.
 */
export interface AuditFields {
  interactionId?: string | undefined
  grantId?: string | undefined
  accountId?: string | undefined
  clientId?: string | undefined
  /** The name of a provider. */
  provider?: string | undefined
  resource?: string | undefined
  /** The `kid` of a signing key, or the id of another. */
  keyId?: string | undefined
  scope?: string | undefined
  traceId?: string | undefined
  source?: string | undefined
  reason?: string | undefined
}

/** What audit lines are written to: the log of a request, or that of an operator's command. */
export interface AuditLog {
  info(fields: AuditFields & { event: AuditEvent }, message: string): void
}

/** Writes one audit line. */
export function audit(log: AuditLog, event: AuditEvent, fields: AuditFields): void {
  log.info({ event, ...fields }, 'audit')
}
