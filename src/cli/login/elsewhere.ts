import { AuthcliError } from '../../errors.js'
import { endSession } from '../../session/end-session.js'
import type { CommandContext } from '../command-context.js'
import type { Profile, StoreKind } from '../configuration.js'
import { type SessionEdges, storeOfProfile } from '../session-edges.js'

/**
 * Ends the login that a profile had before a new one, if the new one has not taken its place in the store: it
 * was under another issuer, or in another store. What can't be ended is told, and holds nobody up.
 * @param before what the profile was when the new login was remembered
 */
export async function endLoginElsewhere(
  context: CommandContext,
  edges: SessionEdges,
  name: string,
  before: Profile | undefined,
  now: { issuer: string; store: StoreKind },
): Promise<void> {
  if (before?.account === undefined || isSamePlace(before, now)) return
  try {
    const { revocation } = await endSession({
      ...edges,
      store: edges.openStore(storeOfProfile(name, before)),
    })
    if (revocation !== 'unreachable' && revocation !== 'refused') return
    context.talk.warn(`the login before this one could not be ended at ${before.issuer}; here it is gone`)
  } catch (error) {
    if (!(error instanceof AuthcliError)) throw error
    context.talk.warn(`the login before this one could not be removed: ${error.message}`)
  }
}

/** The file store holds one session for each profile, whatever its issuer. */
function isSamePlace(before: Profile, now: { issuer: string; store: StoreKind }): boolean {
  return before.store === now.store && (now.store === 'file' || before.issuer === now.issuer)
}
