/** The running AuthService's settings, checked once by `configuration.ts`. Durations are in seconds. */
export interface Settings {
  /** https, or http on a loopback address; no query, fragment or trailing slash. May have a path. */
  issuer: string
  /** 32 bytes. Everything that the AuthService encrypts, seals or hashes with a key has a key derived from it. */
  secret: Uint8Array
  accessTokenSeconds: number
  codeSeconds: number
  refreshRetrySeconds: number
  grantIdleSeconds: number
  grantAbsoluteSeconds: number
  browserSessionSeconds: number
  /** Addresses or CIDR ranges whose forwarded headers count. */
  trustedProxies: readonly string[]
  dev: boolean
}
