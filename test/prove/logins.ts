import { cpSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createFileStore } from '../../src/session/file-store.js'
import { createKeychainStore } from '../../src/session/keychain-store.js'
import { createSecretServiceKeychain } from '../../src/session/secret-service-keychain.js'
import type { Session } from '../../src/session/session.js'
import type { SessionStore } from '../../src/session/session-store.js'
import { emptyHome } from '../support/empty-home.js'
import { startProgram } from '../support/processes.js'
import { createUserAgent } from '../support/scripted-user-agent.js'
import type { Services } from '../support/services.js'
import { signIn } from '../support/sign-in.js'

/** Somebody who is logged in, for real. */
export interface Login {
  profile: string
  /** The environment of authcli. */
  env: Record<string, string>
  /** Where the session lies, seen from here. */
  store: SessionStore
  /** The very text that lies there. */
  text(): Promise<string | undefined>
  /** The build of authcli that is used, when it is not that in `dist/`. */
  file?: string
}

export interface LoginPlace {
  folder: string
  profile: string
  kind: 'keychain' | 'file'
  keychainEnv: { DBUS_SESSION_BUS_ADDRESS: string }
  services: Services
  issuer: string
  /** See `Login`. */
  file?: string
}

/** 32 bytes of a test. */
const STORE_KEY = Buffer.alloc(32, 7).toString('base64')

/** Logs in with `authcli login`, the home being `folder`; a scripted browser does what a person does. */
export async function logIn(place: LoginPlace): Promise<Login> {
  const { folder, profile, kind, keychainEnv, services, file } = place
  const env = {
    ...emptyHome(folder),
    ...keychainEnv,
    ...(kind === 'file' && { AUTHCLI_STORE_KEY: STORE_KEY }),
  }
  const args = ['--profile', profile, 'login', '--api', services.api, '--store', kind, '--no-browser']
  const build = file === undefined ? {} : { file }
  const program = startProgram('authcli', args, { env, input: '', ...build })
  const [url = ''] = await program.line(/^http\S+$/)
  await signIn(createUserAgent(), url, services.account)
  const { code } = await program.exited
  if (code !== 0) throw new Error(`the login failed: ${program.output.stderr}`)
  return { profile, env, ...build, ...storeOf(place, env) }
}

/** The same login as another home knows it: what it remembers is copied, the session stays where it is. */
export function inOtherHome(login: Login, folder: string): Login {
  const { XDG_CONFIG_HOME = '' } = login.env
  const home = emptyHome(folder)
  cpSync(XDG_CONFIG_HOME, home.XDG_CONFIG_HOME, { recursive: true })
  return { ...login, env: { ...login.env, ...home } }
}

/** @throws Error when there is none */
export async function sessionOf(login: Login): Promise<Session> {
  const stored = await login.store.read()
  if (stored.state !== 'present') throw new Error(`the session of ${login.profile} is ${stored.state}`)
  return stored.session
}

/** Resolves when the access token has expired: at once, if it has, or if there is none. */
export async function expired(login: Login): Promise<void> {
  const stored = await login.store.read()
  if (stored.state === 'present') await clock(stored.session.expiresAt ?? 0)
}

/** Resolves when it is so late, in epoch milliseconds. Where time itself is what is tried, nothing else can be waited for. */
export async function clock(instant: number): Promise<void> {
  const left = instant - Date.now()
  if (left > 0) await new Promise((resolve) => setTimeout(resolve, left))
}

/** Stores the session as if its access token had expired, so that the next command refreshes it. */
export async function expire(login: Login): Promise<void> {
  await login.store.write({ ...(await sessionOf(login)), expiresAt: 0 })
}

function storeOf(
  { profile, kind, issuer }: LoginPlace,
  env: Record<string, string>,
): Pick<Login, 'store' | 'text'> {
  const uid = process.getuid?.() ?? 0
  if (kind === 'file') {
    const directory = join(env['XDG_STATE_HOME'] ?? '', 'authcli', 'sessions')
    const options = { profile, issuer, directory, storeKey: STORE_KEY, insecurePlaintext: false }
    const store = createFileStore({ uid, platform: process.platform, now: Date.now }, options)
    const path = join(directory, `${profile}.json`)
    return { store, text: async () => (existsSync(path) ? readFileSync(path, 'utf8') : undefined) }
  }
  const keychain = createSecretServiceKeychain({ env, uid })
  const { signal } = new AbortController()
  const store = createKeychainStore(
    { keychain, talk: { say: () => {} }, signal },
    { profile, issuer, limitSeconds: 30 },
  )
  const wait = { signal, onPrompt: () => {} }
  return { store, text: () => keychain.read(`${profile} ${issuer}`, wait) }
}
