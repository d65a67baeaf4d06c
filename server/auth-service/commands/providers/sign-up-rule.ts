import { OperatorError } from '../../operator-error.js'
import type { SignUpRule } from '../../store/providers.js'

/** The flags of `providers add` that say whose first sign-in makes an account. */
export interface SignUpFlags {
  allowDomain?: string[]
  allowGroup?: string[]
  allowClaim?: string[]
}

/** The rule that the flags make; null where nobody new is let in. @throws OperatorError */
export function signUpRuleOf({ allowDomain, allowGroup, allowClaim }: SignUpFlags): SignUpRule | null {
  if (!allowDomain && !allowGroup && !allowClaim) return null
  return {
    domains: (allowDomain ?? []).map((domain) => domain.toLowerCase().replace(/^@/, '')),
    groups: allowGroup ?? [],
    claims: (allowClaim ?? []).map(claimOf),
  }
}

/** A rule in words, for a table. */
export function signUpRuleWords(rule: SignUpRule | null): string {
  if (rule === null) return 'nobody'
  const { domains, groups, claims } = rule
  const words = [
    ...domains.map((domain) => `@${domain}`),
    ...groups.map((group) => `group ${group}`),
    ...claims.map(({ name, value }) => `${name}=${value}`),
  ]
  return words.join(', ')
}

function claimOf(text: string): { name: string; value: string } {
  const at = text.indexOf('=')
  if (at === -1) throw new OperatorError('a claim is written name=value')
  return { name: text.slice(0, at), value: text.slice(at + 1) }
}
