import { Command } from 'commander'
import { discoverAuthorizationServer } from '../discovery/discover.js'
import { AuthcliError } from '../errors.js'
import { type EndedSession, endSession } from '../session/end-session.js'
import { sentenceOf } from '../session/set-aside.js'
import type { CommandContext, GlobalFlags, OpenContext } from './command-context.js'
import { finishMove } from './finish-move.js'
import {
  explainForProfile,
  forgetAccount,
  type LoggedInProfile,
  requireLoggedInProfile,
} from './logged-in-profile.js'
import { openProfileStore } from './profile-store.js'
import { openSessionEdges, type SessionEdges } from './session-edges.js'
import { visibleText } from './visible-text.js'

type Flags = GlobalFlags & { allProfiles?: true }

const EXAMPLES = `
Examples:
  $ authcli logout
  $ authcli logout --profile work
  $ authcli logout --all-profiles

The session is removed here first, and then ended at the AuthService; a warning says so when that
one could not be reached. The browser stays signed in there: the last line says how to end that too.`

/** `authcli logout` */
export function logoutCommand(openContext: OpenContext): Command {
  return new Command('logout')
    .description('end the login, here and at the AuthService')
    .option('--all-profiles', 'end the logins of all profiles')
    .addHelpText('after', EXAMPLES)
    .action(async (_flags, command: Command) => {
      const flags = command.optsWithGlobals<Flags>()
      const context = openContext(flags)
      await (flags.allProfiles ? logOutOfAll(context) : logOutOfOne(context))
    })
}

async function logOutOfOne(context: CommandContext): Promise<void> {
  const loggedIn = await requireLoggedInProfile(context)
  const edges = openSessionEdges(context)
  const isReachable = await logOut(context, edges, loggedIn)
  await sayHowToSignOut(context, edges, loggedIn.profile.issuer, isReachable)
}

/** Ends every login that it can; one that it can't end does not keep the others alive. */
async function logOutOfAll(context: CommandContext): Promise<void> {
  const { profiles } = await context.configurationFile.read()
  const edges = openSessionEdges(context)
  const failures: AuthcliError[] = []
  const issuers = new Map<string, boolean>()
  for (const [name, profile] of profiles) {
    if (profile.account === undefined) continue
    try {
      issuers.set(profile.issuer, await logOut(context, edges, { name, profile }))
    } catch (error) {
      if (!(error instanceof AuthcliError)) throw error
      failures.push(error)
      context.talk.warn(`profile ${name}: ${error.message}`)
    }
  }
  for (const [issuer, isReachable] of issuers) await sayHowToSignOut(context, edges, issuer, isReachable)
  const [failure] = failures
  if (failure !== undefined) throw failure
  if (issuers.size === 0) context.talk.say('nobody is logged in to any profile')
}

/**
 * Ends the login of a profile, here first, and says what became of it.
 * @returns whether the AuthService could be reached, as far as it was asked
 */
export async function logOut(
  context: CommandContext,
  edges: SessionEdges,
  loggedIn: LoggedInProfile,
): Promise<boolean> {
  const { name, profile } = loggedIn
  if (profile.leftover !== undefined) await finishMove(context, name, profile, profile.leftover)
  const store = openProfileStore(context, edges, name, profile)
  const ended = await endSession({ ...edges, store }).catch(async (error: unknown) => {
    throw await explainForProfile(error, context, loggedIn)
  })
  await forgetAccount(context, edges.lock, store, name)
  sayLoggedOut(context, loggedIn, store.place, ended)
  return ended.revocation !== 'unreachable'
}

function sayLoggedOut(
  { talk }: CommandContext,
  { name, profile }: LoggedInProfile,
  place: string,
  { ended, setAside, revocation }: EndedSession,
): void {
  const { bold, dim, green } = talk.style
  const inProfile = name === 'default' ? '' : ` (profile ${name})`
  talk.say(`${green('✓')} logged out ${bold(visibleText(profile.account ?? ''))}${inProfile}`)
  if (setAside !== undefined) {
    talk.warn(
      `${sentenceOf(setAside)}; it could not be ended at ${profile.issuer}, where it will end by itself`,
    )
    return
  }
  const here = ended === undefined ? `There was no session in ${place}` : `The session is gone from ${place}`
  const there = revocation === 'revoked' ? `, and ended at ${profile.issuer}` : ''
  talk.say(dim(`  ${visibleText(here)}${there}.`))
  if (revocation === 'unreachable' || revocation === 'refused') {
    const why = revocation === 'unreachable' ? 'could not be reached' : 'refused'
    talk.warn(
      `${profile.issuer} ${why} to end the session there: it is gone from here, and will end by itself`,
    )
  }
  if (revocation === 'not-offered') {
    talk.warn(`${profile.issuer} offers no way to end the session there: it will end by itself`)
  }
}

async function sayHowToSignOut(
  { talk }: CommandContext,
  edges: SessionEdges,
  issuer: string,
  isReachable: boolean,
): Promise<void> {
  // Who did not answer just now is not waited for again.
  const page = isReachable ? await endSessionPage(edges, issuer) : undefined
  talk.say()
  talk.say(
    `Your browser may still be signed in at ${issuer}. To end that too, ${page === undefined ? 'sign out there.' : 'open:'}`,
  )
  if (page === undefined) return
  talk.say()
  talk.say(page)
}

/** Where a browser signs out (OpenID Connect RP-Initiated Logout); undefined where that is not to be known. */
async function endSessionPage({ http }: SessionEdges, issuer: string): Promise<string | undefined> {
  try {
    return (await discoverAuthorizationServer({ http }, issuer)).metadata.end_session_endpoint
  } catch (error) {
    if (error instanceof AuthcliError) return undefined
    throw error
  }
}
