import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import {
  EMPTY_CONFIGURATION,
  formatConfiguration,
  type Profile,
  parseConfiguration,
  withProfile,
} from '../../../src/cli/configuration.js'
import { createFileStore } from '../../../src/session/file-store.js'
import type { Session } from '../../../src/session/session.js'
import type { StoredSession } from '../../../src/session/session-store.js'
import { testSession } from '../session/test-session.js'
import type { Home } from './run-authcli.js'

/** A login that was put into a home, without anybody having logged in. */
export interface PlacedLogin {
  /** What its store holds now. */
  stored(): Promise<StoredSession>
}

/** Writes what a login into the sealed file store leaves behind: the profile and the session. */
export async function placeLogin(
  home: Home,
  places: { api: string; issuer: string },
  options: { name?: string; account?: string; profile?: Partial<Profile>; session?: Partial<Session> } = {},
): Promise<PlacedLogin> {
  const { api, issuer } = places
  const { name = 'default', account = 'demo' } = options
  const session = testSession({
    issuer,
    resource: api,
    expiresAt: Date.now() + 600_000,
    lockId: randomBytes(16).toString('base64url'),
    account: { subject: 'subject-1', username: account },
    ...options.session,
  })
  const { clientId, scope } = session
  placeProfile(home, name, {
    api,
    issuer,
    clientId,
    scope,
    store: 'file',
    refreshEarly: true,
    account,
    ...options.profile,
  })
  const directory = join(home.path, '.local/state/authcli/sessions')
  const storeKey = home.env['AUTHCLI_STORE_KEY'] ?? ''
  const store = createFileStore(
    { platform: process.platform, uid: process.getuid?.() ?? 0, now: Date.now },
    { profile: name, issuer, directory, storeKey, insecurePlaintext: false },
  )
  await store.write(session)
  return { stored: () => store.read() }
}

function placeProfile(home: Home, name: string, profile: Profile): void {
  const path = join(home.path, '.config/authcli/config.json')
  const before = existsSync(path) ? parseConfiguration(readFileSync(path, 'utf8'), path) : EMPTY_CONFIGURATION
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, formatConfiguration(withProfile(before, name, profile)), { mode: 0o600 })
}
