import { isAbsolute } from 'node:path'
import { canonicalResource } from '../discovery/resource-identifier.js'
import { parseScope } from '../discovery/scope.js'
import { AuthcliError } from '../errors.js'
import type { TraceEvent } from '../trace.js'

/** Where a session is kept. A folder is given by its absolute path, a key is 32 bytes in base64. */
export type StoreChoice =
  | 'keychain'
  | { folder: string; key: string }
  /** In plain text, readable by this user only. */
  | { folder: string; insecurePlaintext: true }

/** What a session goes by. What is not given has the default that is told. */
export interface SessionOptions {
  /**
   * The name of your program: under it the keychain shows its items, and it keeps them apart from those of others.
   * Letters, digits, dots, dashes and underscores.
   */
  application: string
  /** The address of the API, which is its resource identifier (RFC 8707): the tokens go nowhere else. */
  api: string
  /** Your program as the AuthService knows it: a public native client with a loopback redirect URI. */
  clientId: string
  /** The AuthService. Default: the one that the API names, which is asked for it when the session is first used. */
  issuer?: string
  /** What a login asks for beside who the person is, separated by spaces. Default: all that the API offers. */
  scope?: string
  /** Keeps several logins of one program apart. Default: `default`. */
  profile?: string
  /** Default: `keychain`. */
  store?: StoreChoice
  /** Whether access tokens are refreshed a little before they expire. Default: true. */
  refreshEarly?: boolean
  /** How long the keychain may take; a person may have a password to type meanwhile. Default: 60. */
  keychainTimeoutSeconds?: number
  /** What to type to log in, as the hints of errors say it. Default: the application's name and `login`. */
  loginCommand?: string
  /** Told now and then what is waited for, or what did not work and does no harm: lines for stderr. */
  tell?: (line: string) => void
  /** Told what goes over the wire. Never holds a secret. */
  trace?: (event: TraceEvent) => void
  /** Ends whatever waits. What must not be cut in two, an exchange of tokens and their storing, is finished first. */
  signal?: AbortSignal
}

/** Options in the forms that the rest needs. */
export interface SessionSettings {
  application: string
  /** In canonical form. */
  api: string
  clientId: string
  issuer: string | undefined
  scope: string[] | undefined
  profile: string
  store: StoreChoice
  refreshEarly: boolean
  keychainTimeoutSeconds: number
  loginCommand: string
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

/** Its sessions are the command's own. */
const TAKEN = 'authcli'

/** @throws AuthcliError USAGE for what can't be meant. */
export function settleOptions(options: SessionOptions): SessionSettings {
  const { application, clientId, issuer, profile = 'default', store = 'keychain' } = options
  if (!NAME.test(application))
    throw usage(`${JSON.stringify(application)} can't be the name of an application`)
  if (application === TAKEN) throw usage(`the name ${TAKEN} is taken: give your application its own`)
  if (!NAME.test(profile)) throw usage(`${JSON.stringify(profile)} can't be the name of a profile`)
  if (typeof store === 'object' && !isAbsolute(store.folder)) {
    throw usage(`the folder ${JSON.stringify(store.folder)} is no absolute path`)
  }
  if (clientId === '') throw usage('the clientId is empty')
  const api = canonicalResource(options.api)
  if (typeof api !== 'string') throw usage(`the API address ${JSON.stringify(options.api)} ${api.problem}`)
  const scope = options.scope === undefined ? undefined : parseScope(options.scope)
  if (options.scope !== undefined && (scope === undefined || scope.length === 0)) {
    throw usage(`${JSON.stringify(options.scope)} is no scope`)
  }
  return {
    application,
    api,
    clientId,
    issuer,
    scope,
    profile,
    store,
    refreshEarly: options.refreshEarly ?? true,
    keychainTimeoutSeconds: options.keychainTimeoutSeconds ?? 60,
    loginCommand: options.loginCommand ?? `${application} login`,
  }
}

function usage(message: string): AuthcliError {
  return new AuthcliError('USAGE', message)
}
