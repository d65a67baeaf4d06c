import { createDatedSecret, hashDatedSecret } from './dated-secret.js'

/** A new authorization code: nothing about the request can be learned from it but when it was answered. */
export function createAuthorizationCode(now: number): string {
  return createDatedSecret(now)
}

/** The form in which a code is stored and looked up. */
export function hashAuthorizationCode(code: string): string {
  return hashDatedSecret(code)
}
