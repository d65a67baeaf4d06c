import type { Session } from '../session/session.js'
import type { SessionStore } from '../session/session-store.js'
import { remaining } from './age.js'
import { DEFAULT_PROFILE } from './configuration.js'
import { displayName } from './display-name.js'
import type { Style } from './style.js'
import { visibleText } from './visible-text.js'

/** A session that was read back from its store. */
export interface LoggedIn {
  profileName: string
  session: Session
  /** Where it is. */
  store: Pick<SessionStore, 'kind' | 'place'>
}

const LABEL_WIDTH = 15

/** What `status` says to a person, line by line. */
export function statusLines(status: LoggedIn, now: number, style: Style): string[] {
  const { profileName, session, store } = status
  const { account } = session
  const name = displayName(account)
  const furtherNames = [account.name, account.email].filter((each) => each !== undefined && each !== name)
  const rows: [string, string][] = [
    ['Logged in as', [name, ...furtherNames].join(' · ')],
    ['Profile', profileName],
    ['API', session.resource],
    ['AuthService', session.issuer],
    ['Client', session.clientId],
    ['Scope', session.scope],
    ['Session', `in ${store.place}`],
    ['', `to move it: ${moveCommandLine(status)}`],
    ['Access token', accessTokenState(session, now)],
  ]
  return rows.map(([label, value]) => `${style.dim(label.padEnd(LABEL_WIDTH))}${visibleText(value)}`)
}

/** What `status --json` says: the same, without any secret. */
export function statusDocument(status: LoggedIn): Record<string, unknown> {
  const { profileName, session, store } = status
  return {
    loggedIn: true,
    profile: profileName,
    account: session.account,
    api: session.resource,
    issuer: session.issuer,
    clientId: session.clientId,
    scope: session.scope,
    store: { kind: store.kind, place: store.place, moveWith: moveCommandLine(status) },
    accessTokenExpiresAt: session.expiresAt === undefined ? null : new Date(session.expiresAt).toISOString(),
    hasRefreshToken: session.refreshToken !== undefined,
  }
}

/** What moves the session to the other store that there is. */
function moveCommandLine({ profileName, store }: LoggedIn): string {
  const profile = profileName === DEFAULT_PROFILE ? '' : ` --profile ${profileName}`
  return `authcli session move --to ${store.kind === 'file' ? 'keychain' : 'file'}${profile}`
}

function accessTokenState(session: Session, now: number): string {
  const renewal = session.refreshToken === undefined ? 'then you must log in again' : 'then renewed by itself'
  if (session.accessToken === undefined) return 'not kept; fetched when it is needed'
  if (session.expiresAt === undefined) return 'the AuthService did not say how long it is valid'
  const left = session.expiresAt - now
  if (left > 0) return `valid for ${remaining(left)}, ${renewal}`
  return session.refreshToken === undefined
    ? 'expired: log in again'
    : 'expired; renewed by itself when it is needed'
}
