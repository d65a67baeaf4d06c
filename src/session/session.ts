/** Who is logged in, as the ID token said. Shown to the person; never used as an identity elsewhere. */
export interface SessionAccount {
  subject: string
  username?: string
  name?: string
  email?: string
}

/**
 * The secret half of a login: what a store keeps. `expiresAt` is the local clock at receipt plus
 * `expires_in`, in epoch milliseconds. `accessToken` is absent where a store could not hold it.
 */
export interface Session {
  version: 1
  /** Random, made at login; names the lock of this session. */
  lockId: string
  issuer: string
  clientId: string
  /** The resource identifier (RFC 8707) that the tokens are for. */
  resource: string
  scope: string
  accessToken?: string
  tokenType: 'Bearer'
  expiresAt?: number
  /** How long the access token lived when it was received: from it follows when to refresh early. */
  lifetimeSeconds?: number
  refreshToken?: string
  account: SessionAccount
}

export const SESSION_VERSION = 1
