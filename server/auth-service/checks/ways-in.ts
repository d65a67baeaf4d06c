import type { OfferedWays } from './offered-ways.js'

/** By what somebody could get into their account. */
export interface OwnWaysIn {
  hasPassword: boolean
  /** Those of the account. */
  identities: readonly { issuer: string }[]
  /** What everybody is offered. */
  offered: OfferedWays<{ issuer: string }>
}

/** Whether one of them opens the account: a password that is taken, or an identity at a provider that is offered. */
export function hasWayIn({ hasPassword, identities, offered }: OwnWaysIn): boolean {
  const opens = ({ issuer }: { issuer: string }) =>
    offered.providers.some((provider) => provider.issuer === issuer)
  return (hasPassword && offered.takesPasswords) || identities.some(opens)
}
