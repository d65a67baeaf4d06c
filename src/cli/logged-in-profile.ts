import { canonicalResource } from '../discovery/resource-identifier.js'
import { AuthcliError } from '../errors.js'
import type { SessionLock } from '../session/session-lock.js'
import type { SessionStore } from '../session/session-store.js'
import { sentenceOf, setAsideUnreadable } from '../session/set-aside.js'
import type { CommandContext } from './command-context.js'
import { loginCommandLine } from './command-line.js'
import { DEFAULT_PROFILE, type Profile } from './configuration.js'
import { openProfileStore } from './profile-store.js'
import { openSessionEdges } from './session-edges.js'
import { chooseProfile, variable } from './settings.js'

/** A profile to which somebody has logged in: in its store a session is to be found. */
export interface LoggedInProfile {
  name: string
  profile: Profile
}

/**
 * The profile that a command is about, if somebody is logged in to it. Looks into the configuration only, so
 * that nobody waits for a keychain, or for a module to load, to learn that there is nothing. Only a move that
 * was cut off is ended first.
 * @throws AuthcliError NOT_LOGGED_IN with the line to type; USAGE.
 */
export async function requireLoggedInProfile(context: CommandContext): Promise<LoggedInProfile> {
  const { env } = context.dependencies
  const configuration = await context.configurationFile.read()
  const { name, profile } = chooseProfile(context.profileFlag, env, configuration)
  const wantedApi = variable(env, 'AUTHCLI_API')
  if (profile?.grant === 'client_credentials') throw isOfService(name, profile, env)
  if (profile?.store === 'none') throw keepsNothing(name)
  if (profile?.account === undefined) {
    const api = wantedApi ?? (profile === undefined ? 'URL' : undefined)
    const message =
      name === DEFAULT_PROFILE ? 'you are not logged in' : `nobody is logged in to the profile ${name}`
    throw notLoggedIn(message, loginCommandLine(name, { api }))
  }
  if (wantedApi !== undefined && canonicalResource(wantedApi) !== profile.api) {
    const message = `AUTHCLI_API names another API than the profile ${name} is logged in to, ${profile.api}`
    throw notLoggedIn(message, loginCommandLine(name, { api: wantedApi }))
  }
  if (profile.leftover !== undefined) {
    const { finishMove } = await import('./finish-move.js')
    await finishMove(context, name, profile, profile.leftover)
  }
  return { name, profile }
}

/** A service logs in each time, with its secret: nobody is logged in between. */
function isOfService(
  name: string,
  { clientId }: Profile,
  env: CommandContext['dependencies']['env'],
): AuthcliError {
  const message = `the profile ${name} is the service ${clientId}, which logs in with a secret each time`
  const hasSecret = variable(env, 'AUTHCLI_CLIENT_SECRET') !== undefined
  return new AuthcliError('NOT_LOGGED_IN', message, hasSecret ? {} : { hint: 'set AUTHCLI_CLIENT_SECRET' })
}

/** A login that was asked to keep nothing: from then on somebody else has to bring the tokens. */
function keepsNothing(name: string): AuthcliError {
  const message = `the profile ${name} keeps no login: it was made with \`--store none\``
  const hint = `set AUTHCLI_TOKEN, or AUTHCLI_CLIENT_ID and AUTHCLI_CLIENT_SECRET; or run \`${loginCommandLine(name)} --store keychain\``
  return new AuthcliError('NOT_LOGGED_IN', message, { hint })
}

function notLoggedIn(message: string, commandLine: string): AuthcliError {
  return new AuthcliError('NOT_LOGGED_IN', message, { hint: `run \`${commandLine}\`` })
}

/**
 * Says more precisely what an error of a command means for the profile that it was about, and does what
 * follows from it. What can't be read is set aside, after which nobody is logged in. A keychain that has
 * nothing to show for a profile that remembers a login is locked, or somebody has removed the item: it does
 * not follow that nobody is logged in. And the line to type names the profile, where that is not the default.
 */
export async function explainForProfile(
  error: unknown,
  context: CommandContext,
  { name, profile }: LoggedInProfile,
): Promise<unknown> {
  if (!(error instanceof AuthcliError)) return error
  if (error.code === 'SESSION_UNREADABLE') return await setAside(error, context, name, profile)
  if (error.code === 'SESSION_MISSING' && profile.store === 'keychain') {
    const now = (await context.configurationFile.read()).profiles.get(name)
    // Another authcli may have ended the session while we waited for it.
    if (now?.account !== undefined) {
      return await missingFromKeychain(context, name, { ...now, account: now.account }, error)
    }
  }
  return withProfileName(error, name)
}

function withProfileName(error: AuthcliError, name: string): AuthcliError {
  if (error.hint === undefined || name === DEFAULT_PROFILE) return error
  const hint = error.hint.replaceAll('`authcli login', `\`${loginCommandLine(name)}`)
  return new AuthcliError(error.code, error.message, { hint, cause: error })
}

async function setAside(
  error: AuthcliError,
  context: CommandContext,
  name: string,
  profile: Profile,
): Promise<unknown> {
  const edges = openSessionEdges(context)
  const { lock } = edges
  const store = openProfileStore(context, edges, name, profile)
  try {
    const moved = await setAsideUnreadable({ store, lock })
    await forgetAccount(context, lock, store, name)
    if (moved === undefined) return withProfileName(error, name)
    const { code, hint = '' } = error
    return withProfileName(new AuthcliError(code, sentenceOf(moved), { hint, cause: error }), name)
  } catch (failure) {
    // What is wrong with the session says more than why it stays where it is.
    if (failure instanceof AuthcliError) return withProfileName(error, name)
    throw failure
  }
}

/** A keychain that is open hides nothing: then the session was removed, and only a login brings another. */
async function missingFromKeychain(
  context: CommandContext,
  name: string,
  profile: Profile & { account: string },
  cause: AuthcliError,
): Promise<AuthcliError> {
  const session = `the session of ${profile.account} (profile ${name})`
  const login = `run \`${loginCommandLine(name)}\``
  const store = openProfileStore(context, openSessionEdges(context), name, profile)
  const stored = await store.read().catch((error: unknown) => {
    if (error instanceof AuthcliError) return error
    throw error
  })
  if (stored instanceof AuthcliError) return stored
  if (stored.state === 'missing' && stored.isCertain) {
    const message = `${session} is not in the keychain any more: it was removed`
    return new AuthcliError(cause.code, message, { hint: login, cause })
  }
  const message = `the keychain does not give back ${session}: it is locked, or the session was removed`
  return new AuthcliError('KEYCHAIN_LOCKED', message, { hint: `unlock it and try again, or ${login}`, cause })
}

/**
 * Forgets who was logged in to a profile whose session is gone; the rest of it stays, for the next login. If
 * somebody has logged in again meanwhile, there is nothing to forget.
 */
export async function forgetAccount(
  context: CommandContext,
  lock: SessionLock,
  store: SessionStore,
  name: string,
): Promise<void> {
  await lock.hold([store.slot], async () => {
    if ((await store.read()).state !== 'missing') return
    await context.configurationFile.updateProfile(lock, name, (profile) => {
      if (profile === undefined) throw new AuthcliError('USAGE', `the profile ${name} was removed meanwhile`)
      const { account: _, ...rest } = profile
      return rest
    })
  })
}
