import { SESSION_VERSION, type Session, type SessionAccount } from './session.js'
import type { StoredSession } from './session-store.js'
import { BEARER_TOKEN, REFRESH_TOKEN } from './token-syntax.js'

/** No session comes near: two tokens and a few names. */
export const MAX_SESSION_CHARACTERS = 65_536

const LOCK_ID = /^[A-Za-z0-9_-]{16,128}$/
const VISIBLE = /^[^\p{Cc}]+$/u

/** The text that a store keeps for a session. */
export function formatSession(session: Session): string {
  return JSON.stringify(session)
}

/**
 * Reads what a store holds for an issuer. Every field has exactly the type and shape that authcli writes;
 * what has others is reported and never half used. Fields that are not known are dropped.
 */
export function parseSession(text: string, issuer: string): Exclude<StoredSession, { state: 'missing' }> {
  if (text.length > MAX_SESSION_CHARACTERS) return newerAtStart(text) ?? TOO_LARGE
  const item = parseObject(text)
  if (item === undefined) return unreadable('it is not what authcli wrote')
  const { version } = item
  if (Number.isSafeInteger(version) && (version as number) > SESSION_VERSION) {
    return { state: 'newer', version: version as number }
  }
  if (version !== SESSION_VERSION) return unreadable('its version is not known')
  if (item['issuer'] !== issuer) return unreadable('it belongs to another issuer')
  const session = toSession(item, issuer)
  return typeof session === 'string'
    ? unreadable(`its ${session} is malformed`)
    : { state: 'present', session }
}

/** What a store holds that is larger than any session. */
export const TOO_LARGE: StoredSession & { state: 'unreadable' } = {
  state: 'unreadable',
  reason: 'it is too large to be a session',
}

/** How every version begins what it writes, sealed or not. */
const VERSION_AT_START = /^\{"version":(\d{1,15})[,}]/

/** Of a text that is not read as a whole: whether a newer authcli wrote it, which has its reasons. */
export function newerAtStart(text: string): (StoredSession & { state: 'newer' }) | undefined {
  const version = Number(VERSION_AT_START.exec(text)?.[1] ?? 0)
  return version > SESSION_VERSION ? { state: 'newer', version } : undefined
}

function unreadable(reason: string): StoredSession & { state: 'unreadable' } {
  return { state: 'unreadable', reason }
}

/** The session, or the name of the first field that is wrong. */
function toSession(item: Record<string, unknown>, issuer: string): Session | string {
  const { lockId, clientId, resource, scope, accessToken, expiresAt, lifetimeSeconds, refreshToken } = item
  const account = toAccount(item['account'])
  if (!isText(lockId, LOCK_ID)) return 'lockId'
  if (!isText(clientId, VISIBLE)) return 'clientId'
  if (!isText(resource, VISIBLE)) return 'resource'
  if (typeof scope !== 'string') return 'scope'
  if (accessToken !== undefined && !isText(accessToken, BEARER_TOKEN)) return 'accessToken'
  if (item['tokenType'] !== 'Bearer') return 'tokenType'
  if (expiresAt !== undefined && !isCount(expiresAt)) return 'expiresAt'
  if (lifetimeSeconds !== undefined && !isCount(lifetimeSeconds)) return 'lifetimeSeconds'
  if (refreshToken !== undefined && !isText(refreshToken, REFRESH_TOKEN)) return 'refreshToken'
  if (account === undefined) return 'account'
  return {
    version: SESSION_VERSION,
    lockId,
    issuer,
    clientId,
    resource,
    scope,
    ...(accessToken !== undefined && { accessToken }),
    tokenType: 'Bearer',
    ...(expiresAt !== undefined && { expiresAt }),
    ...(lifetimeSeconds !== undefined && { lifetimeSeconds }),
    ...(refreshToken !== undefined && { refreshToken }),
    account,
  }
}

function toAccount(value: unknown): SessionAccount | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  const { subject, username, name, email } = value as Record<string, unknown>
  if (!isText(subject, VISIBLE)) return undefined
  for (const shown of [username, name, email]) {
    if (shown !== undefined && typeof shown !== 'string') return undefined
  }
  return {
    subject,
    ...(typeof username === 'string' && { username }),
    ...(typeof name === 'string' && { name }),
    ...(typeof email === 'string' && { email }),
  }
}

function isText(value: unknown, shape: RegExp): value is string {
  return typeof value === 'string' && shape.test(value)
}

/** A whole number from 0 on: an instant or a duration. */
function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
