import { hash } from 'node:crypto'

/** The signature algorithms that count, whatever a token or a key says. Asymmetric only. */
export const ALGORITHMS = ['ES256', 'RS256'] as const

export type Algorithm = (typeof ALGORITHMS)[number]

/** What makes an access token acceptable here. One running program has one policy. */
export interface Policy {
  mode: 'introspection' | 'jwks'
  issuer: string
  resource: string
  /** 0 to 60. */
  clockToleranceSeconds: number
}

/**
 * A name for everything in a policy, for the keys of verdicts that are kept: a verdict of one policy can never
 * be mistaken for one of another.
 */
export function policyId(policy: Policy): string {
  const parts = [ALGORITHMS, policy.mode, policy.issuer, policy.resource, policy.clockToleranceSeconds]
  return hash('sha256', JSON.stringify(parts), 'base64url')
}
