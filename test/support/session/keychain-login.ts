import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createKeychainStore } from '../../../src/session/keychain-store.js'
import { createSecretServiceKeychain } from '../../../src/session/secret-service-keychain.js'
import type { Session } from '../../../src/session/session.js'
import type { StoredSession } from '../../../src/session/session-store.js'
import { emptyHome } from '../empty-home.js'
import { testSession } from './test-session.js'

/** A home in which somebody is logged in, with the session in a keychain. */
export interface KeychainLogin {
  /** The environment for authcli. */
  env: Record<string, string>
  /** What the keychain holds now. */
  stored(): Promise<StoredSession>
  /** Replaces the session. */
  store(session: Session): Promise<void>
  /** Removes it, as somebody does who tidies their keychain. */
  remove(): Promise<void>
  /** What authcli remembers of the profile. */
  profile(): Record<string, unknown>
}

/**
 * Makes a home in `folder` as a login leaves it, without logging in.
 * @param keychainEnv where the keychain is
 */
export async function logInToKeychain(
  folder: string,
  keychainEnv: { DBUS_SESSION_BUS_ADDRESS: string },
  fields: Partial<Session> = {},
): Promise<KeychainLogin> {
  const session = testSession({ expiresAt: Date.now() + 600_000, ...fields })
  const { issuer, clientId, scope, resource: api } = session
  const env = { ...emptyHome(folder), ...keychainEnv }
  const store = createKeychainStore(
    {
      keychain: createSecretServiceKeychain({ env, uid: process.getuid?.() ?? 0 }),
      talk: { say: () => {} },
      signal: new AbortController().signal,
    },
    { profile: 'default', issuer, limitSeconds: 10 },
  )
  const config = join(env.XDG_CONFIG_HOME, 'authcli', 'config.json')
  mkdirSync(join(config, '..'), { recursive: true })
  const profile = { api, issuer, clientId, scope, store: 'keychain', refreshEarly: true, account: 'demo' }
  const configuration = { version: 1, current: 'default', profiles: { default: profile } }
  writeFileSync(config, JSON.stringify(configuration), { mode: 0o600 })
  await store.write(session)
  return {
    env,
    stored: store.read,
    store: store.write,
    remove: store.remove,
    profile: () => JSON.parse(readFileSync(config, 'utf8')).profiles.default,
  }
}
