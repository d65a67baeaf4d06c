import { AuthcliError } from '../errors.js'
import { endSession } from '../session/end-session.js'
import { type RevocationOutcome, revokeRefreshToken } from '../session/revocation.js'
import type { Session } from '../session/session.js'
import type { CommandContext } from './command-context.js'
import type { Profile, StoreKind } from './configuration.js'
import { type SessionEdges, storeOfProfile } from './session-edges.js'

/** The login that a profile has before a new one begins. */
export interface LoginBefore {
  /**
   * Ends it, if the new login has not taken its place in the store: it was under another issuer, or in
   * another store. What can't be ended is told, and holds nobody up.
   */
  endUnlessReplacedBy(now: { issuer: string; store: StoreKind }): Promise<void>
}

/**
 * Remembers the login of a profile before a new one begins. Of the file store, which holds one session for
 * each profile, it is read now: a login at another issuer will write over it.
 */
export async function rememberLoginBefore(
  context: CommandContext,
  edges: SessionEdges,
  name: string,
  before: Profile | undefined,
): Promise<LoginBefore> {
  if (before?.account === undefined) return { endUnlessReplacedBy: async () => {} }
  const store = edges.openStore(storeOfProfile(name, before))
  const session = before.store === 'file' ? await readOrNothing(store) : undefined

  return {
    async endUnlessReplacedBy(now) {
      if (now.issuer === before.issuer && now.store === before.store) return
      try {
        const isOverwritten = now.store === 'file' && before.store === 'file'
        const outcome = isOverwritten ? await revoke(edges, session) : await end(edges, store)
        if (outcome !== 'unreachable' && outcome !== 'refused') return
        context.talk.warn(`the login before this one could not be ended at ${before.issuer}; here it is gone`)
      } catch (error) {
        if (!(error instanceof AuthcliError)) throw error
        context.talk.warn(`the login before this one could not be removed: ${error.message}`)
      }
    },
  }
}

type Store = ReturnType<SessionEdges['openStore']>

async function readOrNothing(store: Store): Promise<Session | undefined> {
  const stored = await store.read().catch((error: unknown) => {
    if (error instanceof AuthcliError) return undefined
    throw error
  })
  return stored?.state === 'present' ? stored.session : undefined
}

async function revoke({ http }: SessionEdges, session: Session | undefined): Promise<RevocationOutcome> {
  if (session?.refreshToken === undefined) return 'nothing-to-revoke'
  const { issuer, clientId, refreshToken } = session
  return await revokeRefreshToken({ http }, { issuer, clientId, refreshToken })
}

async function end(edges: SessionEdges, store: Store): Promise<RevocationOutcome> {
  return (await endSession({ ...edges, store })).revocation
}
