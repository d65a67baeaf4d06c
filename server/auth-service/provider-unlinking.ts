import { offeredWays } from './checks/offered-ways.js'
import { hasWayIn } from './checks/ways-in.js'
import type { Account } from './store/accounts.js'
import { listIdentities, unlinkIdentity } from './store/identities.js'
import { listProviders } from './store/providers.js'
import { noteSecurityEvent } from './store/security-events.js'
import type { Writer } from './store/store.js'

/** What came of it. `wasLinked` is false for what was not this account's. */
export type Unlinking =
  | { wasLinked: true; provider: string }
  | { wasLinked: false }
  | { refused: 'last-way-in' }

/**
 * Takes an identity from a person's account, unless nothing would be left by which they could get in. All of it is looked
 * at in the same write: two that are taken at once could be the last two.
 *
 * @param account as it is in the same write.
 */
export async function unlinkOwnIdentity(
  transaction: Writer,
  account: Account,
  { issuer, subject, source, now }: { issuer: string; subject: string; source: string; now: number },
): Promise<Unlinking> {
  const identities = await listIdentities(transaction, account.id)
  const rest = identities.filter((each) => each.issuer !== issuer || each.subject !== subject)
  if (rest.length === identities.length) return { wasLinked: false }
  const providers = await listProviders(transaction)
  const ways = {
    hasPassword: account.password_hash !== null,
    identities: rest,
    offered: offeredWays(providers),
  }
  if (!hasWayIn(ways)) return { refused: 'last-way-in' }
  await unlinkIdentity(transaction, { issuer, subject }, account.id)
  const provider = providers.find((each) => each.issuer === issuer)?.name ?? issuer
  const event = { accountId: account.id, kind: 'provider-unlinked', at: now, source, provider } as const
  await noteSecurityEvent(transaction, event)
  return { wasLinked: true, provider }
}
