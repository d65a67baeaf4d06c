import type { KeyObject } from 'node:crypto'
import type { JWK } from 'jose'

/** A key with which tokens are signed. */
export interface SigningKey {
  kid: string
  alg: 'ES256' | 'RS256'
  privateKey: KeyObject
  publicJwk: JWK
}

/** The keys in use, decrypted, for as long as the process lives. */
export interface KeyRing {
  /** The newest key of an algorithm. */
  signingKey(alg: 'ES256' | 'RS256'): SigningKey
  /** The public key of a `kid` that tokens still out may carry, or undefined. */
  verificationKey(kid: string): { alg: string; publicKey: KeyObject } | undefined
  /** The published key set (RFC 7517 §5): public members only, each with `alg`, `use`, `kid`. */
  jwks(): { keys: JWK[] }
  /** 32 bytes: the MAC key of refresh tokens. */
  readonly refreshTokenKey: Uint8Array
}
