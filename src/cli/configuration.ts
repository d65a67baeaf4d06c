import { parseHttpsOrLoopbackUrl } from '../discovery/https-or-loopback.js'
import { canonicalResource } from '../discovery/resource-identifier.js'
import { AuthcliError } from '../errors.js'

/** Where a session is kept, and whether it is at all. */
export type StoreKind = 'keychain' | 'file' | 'none'

/** What `login` remembers for the commands after it. Holds no secret. */
export interface Profile {
  /** The resource identifier of the API, in canonical form. */
  api: string
  issuer: string
  clientId: string
  /** The granted scope. */
  scope: string
  store: StoreKind
  /** The file store was asked to keep the session in plain text. */
  insecurePlaintext?: true
  /** Whether access tokens are refreshed a little before they expire. */
  refreshEarly: boolean
  /** Who is logged in; absent after a logout. Present, it says that a session is to be found in the store. */
  account?: string
  /**
   * Another place in which a copy of the session may lie, because somebody is moving it, or was killed while
   * they did: see `moveSession`.
   */
  leftover?: StoreKind
  /** A service's own login: each command gets a token with the secret in the environment. Nothing is stored. */
  grant?: 'client_credentials'
}

/** The whole configuration file. */
export interface Configuration {
  /** The profile of commands that name none. */
  current: string
  profiles: ReadonlyMap<string, Profile>
}

/** The profile of somebody who never chose one. */
export const DEFAULT_PROFILE = 'default'

export const EMPTY_CONFIGURATION: Configuration = { current: DEFAULT_PROFILE, profiles: new Map() }

const VERSION = 1

// Part of a file name and of a keychain item: nothing that a system could take for a path or a separator.
const PROFILE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

/** Whether a text can be the name of a profile. */
export function isProfileName(name: string): boolean {
  return PROFILE_NAME.test(name)
}

/**
 * Reads the text of a configuration file. A file that is not exactly what authcli writes is reported, never
 * mended: it may be somebody's work.
 * @throws AuthcliError USAGE that says what is wrong, and that nothing was changed.
 */
export function parseConfiguration(text: string, path: string): Configuration {
  const fail = (problem: string) =>
    new AuthcliError('USAGE', `the configuration file ${path} ${problem}`, {
      hint: 'mend it, or move it away and log in again; authcli leaves it as it is',
    })
  const file = asObject(parseJson(text))
  if (file === undefined) throw fail('is not a JSON object')
  const version = file['version']
  if (typeof version === 'number' && version > VERSION) throw fail('was written by a newer authcli')
  if (version !== VERSION) throw fail('has no known version')
  const current = file['current']
  if (typeof current !== 'string' || !isProfileName(current)) throw fail('names no current profile')
  const entries = asObject(file['profiles'])
  if (entries === undefined) throw fail('has no profiles')
  const profiles = new Map<string, Profile>()
  for (const [name, value] of Object.entries(entries)) {
    const profile = isProfileName(name) ? parseProfile(value) : undefined
    if (profile === undefined) throw fail(`has a profile ${JSON.stringify(name)} that can't be used`)
    profiles.set(name, profile)
  }
  return { current, profiles }
}

/** Without a profile. When that was the current one, the default profile is current again, if there is one. */
export function withoutProfile(configuration: Configuration, name: string): Configuration {
  const profiles = new Map(configuration.profiles)
  profiles.delete(name)
  return { current: configuration.current === name ? DEFAULT_PROFILE : configuration.current, profiles }
}

/** The text of a configuration file. */
export function formatConfiguration(configuration: Configuration): string {
  const { current, profiles } = configuration
  return `${JSON.stringify({ version: VERSION, current, profiles: Object.fromEntries(profiles) }, null, 2)}\n`
}

function parseProfile(value: unknown): Profile | undefined {
  const entry = asObject(value)
  if (entry === undefined) return undefined
  const { api, issuer, clientId, scope, store, insecurePlaintext, refreshEarly, account, leftover, grant } =
    entry
  const isWhole = isText(clientId) && typeof scope === 'string' && isStoreKind(store)
  if (!isWhole || !isText(api) || canonicalResource(api) !== api) return undefined
  if (!isText(issuer) || !(parseHttpsOrLoopbackUrl(issuer) instanceof URL)) return undefined
  if (insecurePlaintext !== undefined && insecurePlaintext !== true) return undefined
  if (refreshEarly !== undefined && typeof refreshEarly !== 'boolean') return undefined
  if (account !== undefined && !isText(account)) return undefined
  if (leftover !== undefined && !isStoreKind(leftover)) return undefined
  if (grant !== undefined && grant !== 'client_credentials') return undefined
  return {
    api,
    issuer,
    clientId,
    scope,
    store,
    ...(insecurePlaintext === true && { insecurePlaintext }),
    refreshEarly: refreshEarly ?? true,
    ...(account !== undefined && { account }),
    ...(leftover !== undefined && { leftover }),
    ...(grant === 'client_credentials' && { grant }),
  }
}

/** With a profile changed or added. Where there was no current one, the one that is added becomes current. */
export function withProfile(configuration: Configuration, name: string, profile: Profile): Configuration {
  const { current, profiles } = configuration
  return {
    current: profiles.has(current) ? current : name,
    profiles: new Map(profiles).set(name, profile),
  }
}

/** Whether a text names a store. */
export function isStoreKind(value: unknown): value is StoreKind {
  return value === 'keychain' || value === 'file' || value === 'none'
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function asObject(value: unknown): Record<string, unknown> | undefined {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isObject ? (value as Record<string, unknown>) : undefined
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
