import { canonicalResource } from '../discovery/resource-identifier.js'
import { parseScope } from '../discovery/scope.js'
import { AuthcliError } from '../errors.js'
import {
  type Configuration,
  isProfileName,
  isStoreKind,
  type Profile,
  type StoreKind,
} from './configuration.js'

type Environment = Readonly<Record<string, string | undefined>>

/** The flags of `login` that choose what a profile remembers, as they were typed. */
export interface LoginFlags {
  profile?: string
  api?: string
  issuer?: string
  clientId?: string
  scope?: string
  store?: string
  insecurePlaintext?: true
}

/** What a login goes by. */
export interface LoginSettings {
  profile: string
  /** In canonical form. */
  api: string
  /** Absent: to be found from the API. */
  issuer?: string
  /** Nobody named the issuer now: it is the one that the API named at an earlier login. */
  isIssuerRemembered: boolean
  clientId: string
  /** Absent: who the person is, and what the API offers. */
  scope?: string[]
  store: StoreKind
  insecurePlaintext: boolean
  storeKey?: string
  refreshEarly: boolean
}

/** The client that our own AuthService knows from the start. */
const WELL_KNOWN_CLIENT_ID = 'authcli'

/**
 * The profile that a command is about: flag, then `AUTHCLI_PROFILE`, then the configuration's current one.
 * @throws AuthcliError USAGE for a name that none can have.
 */
export function chooseProfile(
  flag: string | undefined,
  env: Environment,
  configuration: Configuration,
): { name: string; profile: Profile | undefined } {
  const name = flag ?? variable(env, 'AUTHCLI_PROFILE') ?? configuration.current
  if (!isProfileName(name)) {
    const hint = 'use letters, digits, dots, dashes and underscores, for example `--profile work`'
    throw new AuthcliError('USAGE', `${JSON.stringify(name)} can't be the name of a profile`, { hint })
  }
  return { name, profile: configuration.profiles.get(name) }
}

/**
 * Settles what a login goes by: flag, then environment, then what the profile remembers, then a default.
 *
 * What a profile remembers belongs to its API: with another API it counts for nothing but the store. And an
 * issuer is only remembered until `--api` is given: then it is found anew.
 * @throws AuthcliError USAGE that shows the line to type.
 */
export function settleLogin(
  flags: LoginFlags,
  env: Environment,
  configuration: Configuration,
): LoginSettings {
  const { name, profile: found } = chooseProfile(flags.profile, env, configuration)
  // What a service goes by is not for a person, but for the address of the API.
  const profile = found?.grant === 'client_credentials' ? undefined : found
  const givenApi = flags.api ?? variable(env, 'AUTHCLI_API')
  const api = readApi(givenApi ?? found?.api, name)
  const remembered = profile?.api === api ? profile : undefined

  const givenIssuer = flags.issuer ?? variable(env, 'AUTHCLI_ISSUER')
  const issuer = givenIssuer ?? (givenApi === undefined ? remembered?.issuer : undefined)
  const clientId =
    flags.clientId ?? variable(env, 'AUTHCLI_CLIENT_ID') ?? remembered?.clientId ?? WELL_KNOWN_CLIENT_ID
  const scope = readScope(flags.scope ?? variable(env, 'AUTHCLI_SCOPE') ?? remembered?.scope)
  return {
    profile: name,
    api,
    ...(issuer !== undefined && { issuer }),
    isIssuerRemembered: issuer !== undefined && givenIssuer === undefined,
    clientId,
    ...(scope !== undefined && { scope }),
    ...settleStore(flags, env, profile),
    refreshEarly: profile?.refreshEarly ?? true,
  }
}

function readApi(text: string | undefined, profile: string): string {
  if (text === undefined) {
    const hint = 'run `authcli login --api URL` with the address of the API'
    throw new AuthcliError('USAGE', `the profile ${profile} knows no API yet`, { hint })
  }
  const api = canonicalResource(text)
  if (typeof api === 'string') return api
  const hint = 'give an https address without a query, for example `--api https://api.example.com`'
  throw new AuthcliError('USAGE', `the API address ${JSON.stringify(text)} ${api.problem}`, { hint })
}

function readScope(text: string | undefined): string[] | undefined {
  const scope = text === undefined ? undefined : parseScope(text)
  if (text === undefined || (scope !== undefined && scope.length > 0)) return scope
  const hint = "separate scopes with spaces, for example `--scope 'items:read items:write'`"
  throw new AuthcliError('USAGE', `${JSON.stringify(text)} is no scope`, { hint })
}

/**
 * Settles where a session is to be kept, and how: flag, then `AUTHCLI_STORE`, then what the profile remembers,
 * then the keychain.
 * @throws AuthcliError USAGE that shows what to type, or to set.
 */
export function settleStore(
  flags: Pick<LoginFlags, 'store' | 'insecurePlaintext'>,
  env: Environment,
  profile: Profile | undefined,
): Pick<LoginSettings, 'store' | 'insecurePlaintext' | 'storeKey'> {
  const store = flags.store ?? variable(env, 'AUTHCLI_STORE') ?? profile?.store ?? 'keychain'
  const storeKey = variable(env, 'AUTHCLI_STORE_KEY')
  // A key in the environment seals what was plain before, unless the flag says otherwise.
  const wasPlain = profile?.store === store && profile.insecurePlaintext === true && storeKey === undefined
  const isPlain = flags.insecurePlaintext ?? wasPlain
  if (!isStoreKind(store)) {
    const hint = 'use `--store keychain`, `--store file` or `--store none`'
    throw new AuthcliError('USAGE', `there is no store ${JSON.stringify(store)}`, { hint })
  }
  if (flags.insecurePlaintext === true && store !== 'file') {
    const hint = 'use `--store file --insecure-plaintext`, or leave it out'
    throw new AuthcliError('USAGE', '--insecure-plaintext is about the file store only', { hint })
  }
  if (store === 'file' && storeKey === undefined && !isPlain) {
    throw new AuthcliError('USAGE', 'the file store needs a key to seal the session with', {
      hint: 'set AUTHCLI_STORE_KEY to the output of `openssl rand -base64 32`, or add `--insecure-plaintext`',
    })
  }
  return { store, insecurePlaintext: isPlain, ...(storeKey !== undefined && { storeKey }) }
}

/** An environment variable; set to nothing counts as not set. */
export function variable(env: Environment, name: string): string | undefined {
  return env[name] === '' ? undefined : env[name]
}
