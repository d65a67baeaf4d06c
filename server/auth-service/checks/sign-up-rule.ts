import type { ProvenIdentity } from '../providers/provider.js'
import type { SignUpRule } from '../store/providers.js'

/** What a rule looks at. */
export type SignUpFacts = Pick<ProvenIdentity, 'email' | 'isEmailVerified' | 'claims'>

/**
 * Whether the first sign-in of somebody whom nobody here is known by makes an account: where they fit one line of the
 * provider's rule. Without a rule nobody does.
 */
export function fitsSignUpRule(rule: SignUpRule | null, facts: SignUpFacts): boolean {
  if (rule === null) return false
  const domain = verifiedDomain(facts)
  return (
    (domain !== undefined && rule.domains.includes(domain)) ||
    rule.groups.some((group) => claimHolds(facts, 'groups', group)) ||
    rule.claims.some(({ name, value }) => claimHolds(facts, name, value))
  )
}

/** What stands behind the last `@`: anybody can have an address like `me@example.org@elsewhere.example`. */
function verifiedDomain({ email, isEmailVerified }: SignUpFacts): string | undefined {
  if (email === undefined || !isEmailVerified) return undefined
  const at = email.lastIndexOf('@')
  return at === -1 ? undefined : email.slice(at + 1).toLowerCase()
}

/** A claim is a text, a number or a flag, or a list that holds the text; the whole of it counts, never a part. */
function claimHolds({ claims }: SignUpFacts, name: string, expected: string): boolean {
  const value = Object.hasOwn(claims, name) ? claims[name] : undefined
  if (value === undefined) return false
  return typeof value === 'object' ? value.includes(expected) : String(value) === expected
}
