import { AuthcliError } from '../errors.js'
import { type MovedSession, type MoveJournal, moveSession } from '../session/move-session.js'
import { revokeRefreshToken } from '../session/revocation.js'
import type { Session } from '../session/session.js'
import { sentenceOf } from '../session/set-aside.js'
import { requireSession } from '../session/stored-session.js'
import type { CommandContext } from './command-context.js'
import type { Profile, StoreKind } from './configuration.js'
import { explainForProfile, type LoggedInProfile, requireLoggedInProfile } from './logged-in-profile.js'
import { openSessionEdges, type SessionEdges, storeOfProfile } from './session-edges.js'
import { settleStore } from './settings.js'
import { visibleText } from './visible-text.js'

/** The flags of `session move`, as they were typed. */
export interface MoveFlags {
  to?: string
  insecurePlaintext?: true
}

/**
 * Moves the session of a profile to another store, and remembers where it is.
 * @throws AuthcliError USAGE for a store that it can't be moved to; of the login, of both stores and the lock.
 */
export async function moveToStore(context: CommandContext, flags: MoveFlags): Promise<void> {
  const { talk, trace, interruption } = context
  const target = readTarget(flags, context.dependencies.env)
  const loggedIn = await requireLoggedInProfile(context)
  const { name, profile } = loggedIn
  const edges = openSessionEdges(context)
  const from = edges.openStore(storeOfProfile(name, profile))
  if (profile.store === target.store) {
    talk.say(`the session is in ${visibleText(from.place)} already`)
    return
  }
  const to = edges.openStore(storeOfProfile(name, { ...profile, ...target }))
  const moved = await interruption
    .holdBack(async () => {
      requireSession(from, await from.read())
      // It may ask for a password: better before anything is locked.
      await to.prepare()
      return await moveSession({
        from,
        to,
        lock: edges.lock,
        trace,
        journal: journalOf(context, edges, loggedIn, target),
        onSetAside: (setAside) => talk.warn(sentenceOf(setAside)),
      })
    })
    .catch(async (error: unknown) => {
      throw await explainForProfile(error, context, loggedIn)
    })
  sayMoved(context, loggedIn, { from: from.place, to: to.place }, moved)
  if (moved.replaced !== undefined) await endReplaced(context, edges, moved.replaced)
}

type Target = Pick<Profile, 'insecurePlaintext'> & { store: StoreKind }

function readTarget({ to, insecurePlaintext }: MoveFlags, env: Parameters<typeof settleStore>[1]): Target {
  if (to === 'none') {
    const hint = 'run `authcli logout` to end it, or `authcli login --store none` to keep none'
    throw new AuthcliError('USAGE', 'a session can not be moved to nowhere', { hint })
  }
  const flags = { ...(to !== undefined && { store: to }), ...(insecurePlaintext && { insecurePlaintext }) }
  const settled = settleStore(flags, env, undefined)
  return { store: settled.store, ...(settled.insecurePlaintext && { insecurePlaintext: true }) }
}

/** Writes down in the profile how far a move is. Each step only if it still is the profile that was read. */
function journalOf(
  { configurationFile }: CommandContext,
  { lock }: SessionEdges,
  { name, profile }: LoggedInProfile,
  target: Target,
): MoveJournal {
  const change = (store: StoreKind, to: (now: Profile) => Profile) =>
    configurationFile.updateProfile(lock, name, (now) => {
      const isSame = now?.account !== undefined && now.issuer === profile.issuer && now.store === store
      if (now !== undefined && isSame) return to(now)
      throw new AuthcliError('STORE_FAILED', `somebody else has changed the profile ${name} meanwhile`, {
        hint: 'look at `authcli status`, and try again',
      })
    })
  return {
    begin: () => change(profile.store, (now) => ({ ...now, leftover: target.store })),
    arrive: () =>
      change(profile.store, ({ insecurePlaintext: _, ...now }) => ({
        ...now,
        ...target,
        leftover: profile.store,
      })),
    finish: () =>
      configurationFile.updateProfile(lock, name, (now = profile) => {
        const { leftover: _, ...rest } = now
        return rest
      }),
  }
}

function sayMoved(
  { talk }: CommandContext,
  { name, profile }: LoggedInProfile,
  place: { from: string; to: string },
  { leftBehind }: MovedSession,
): void {
  const { bold, dim, green } = talk.style
  const inProfile = name === 'default' ? '' : ` (profile ${name})`
  talk.say(`${green('✓')} moved the session of ${bold(visibleText(profile.account ?? ''))}${inProfile}`)
  talk.say(dim(`  It is in ${visibleText(place.to)} now.`))
  if (leftBehind === undefined) return
  talk.warn(
    `a copy is still in ${place.from}: ${leftBehind.message}; the next command that uses the session removes it`,
  )
}

/** Nobody was logged in with it any more; but it was alive, and nobody can end it later. */
async function endReplaced(
  { talk }: CommandContext,
  { http }: SessionEdges,
  session: Session,
): Promise<void> {
  const { issuer, clientId, refreshToken } = session
  if (refreshToken === undefined) return
  const outcome = await revokeRefreshToken({ http }, { issuer, clientId, refreshToken })
  if (outcome !== 'unreachable' && outcome !== 'refused') return
  talk.warn(`another session that lay there could not be ended at ${issuer}; here it is gone`)
}
