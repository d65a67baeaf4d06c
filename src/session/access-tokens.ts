import { AuthcliError, type ErrorCode } from '../errors.js'
import type { Interruption } from '../interruption.js'
import type { Trace } from '../trace.js'
import { isDueForRefresh, isUsable, requireLasting } from './access-token-lifetime.js'
import { type PrepareRefresh, type RefreshableSession, sessionExpired } from './refresh-exchange.js'
import type { Session } from './session.js'
import type { SessionLock } from './session-lock.js'
import type { SessionStore } from './session-store.js'
import { lockNamesOf, requireSession } from './stored-session.js'

/** All that the rest of authcli knows of access tokens. */
export interface AccessTokens {
  /**
   * An access token to send. The stored one as it is, or a new one when there is none, or when the profile
   * refreshes early and its end is near.
   * @throws AuthcliError SESSION_MISSING, NOT_LOGGED_IN for a session of another API, SESSION_EXPIRED, AUTH_SERVICE_UNREACHABLE, LOCK_TIMEOUT, or of the store.
   */
  current(): Promise<string>
  /**
   * Another access token than the one that the API refused: the one to which somebody else has refreshed
   * meanwhile, or a new one.
   * @throws like `current`
   */
  replace(rejectedToken: string): Promise<string>
}

/** An access token, with its end where anybody said it. */
export interface AccessToken {
  accessToken: string
  /** Epoch milliseconds, by the local clock. */
  expiresAt?: number
}

/** Access tokens that are also given away, to where no 401 comes back from: then their end has to be far enough. */
export interface LastingTokens extends AccessTokens {
  /**
   * An access token that is good for at least so many seconds more: the stored one, or a new one.
   * @throws AuthcliError TOKEN_TOO_SHORT when even a new one is not, or nobody says how long it is good; and like
   * `current`
   */
  lasting(minimumSeconds: number): Promise<AccessToken>
}

export interface AccessTokensDependencies {
  store: SessionStore
  lock: SessionLock
  prepareRefresh: PrepareRefresh
  /** Between exchange and save nothing may end the process. */
  holdBack: Interruption['holdBack']
  /** Epoch milliseconds. */
  now: () => number
  trace: Trace
  talk: { warn(message: string): void }
}

type LiveSession = Session & { accessToken: string }

/** What lies in the store now was put there, or taken away, on purpose: what was fetched meanwhile is not wanted. */
const ENDED_CODES: readonly ErrorCode[] = ['SESSION_MISSING', 'NOT_LOGGED_IN', 'STORE_NEWER']

/** Failures of an exchange that say nothing about the session. */
const PASSING_CODES: readonly ErrorCode[] = [
  'AUTH_SERVICE_UNREACHABLE',
  'LOCK_TIMEOUT',
  'DISCOVERY_FAILED',
  'LOGIN_FAILED',
]

/** How often a session may turn out to have been replaced by another login while we waited for its lock. */
const MAX_TURNS = 5

/**
 * Keeps the access tokens of the stored session fresh, together with every other process that does.
 *
 * One exchange at a time: in this process by sharing its promise, across processes by the session's lock.
 * Under the lock the store is read again, and what another process refreshed is used. What an exchange
 * brings is saved before anything else is done with it, and only if the stored refresh token is still the
 * one that was exchanged.
 * @param options.resource the resource identifier that the tokens are to be used for: a session for another
 * one is none
 */
export function createAccessTokens(
  dependencies: AccessTokensDependencies,
  options: { resource: string; refreshEarly: boolean },
): LastingTokens {
  const { store, lock, prepareRefresh, holdBack, now, trace, talk } = dependencies
  /** What this process knows to be stored, or to be stored as soon as possible. */
  let known: Session | undefined
  /** What an exchange brought and no store took yet: to be saved before anything else is exchanged. */
  let unsaved: { session: LiveSession; exchanged: string } | undefined
  let flight: Promise<LiveSession> | undefined

  return {
    async current() {
      known ??= await readStore()
      const session = known
      if (!isLive(session)) return (await refreshed(undefined)).accessToken
      const mayEnd = session.refreshToken === undefined && isUsable(session, now())
      return options.refreshEarly && !mayEnd ? (await early(session)).accessToken : session.accessToken
    },
    async replace(rejectedToken) {
      return (await refreshed(rejectedToken)).accessToken
    },
    async lasting(minimumSeconds) {
      const minimumMs = minimumSeconds * 1000
      known ??= await readStore()
      const session = known
      const isFinal = session.refreshToken === undefined && isUsable(session, now())
      if (!isLive(session) || (!isFinal && !isUsable(session, now() + minimumMs))) {
        return requireLasting(await refreshed(session.accessToken, minimumMs), minimumSeconds, now())
      }
      const mayRefresh = options.refreshEarly && !isFinal
      const live = mayRefresh ? await early(session, minimumMs) : session
      return requireLasting(live, minimumSeconds, now())
    },
  }

  /** A new session when the end of this one is near; if that fails, this one for as long as it is good. */
  async function early(session: LiveSession, minimumMs = 0): Promise<LiveSession> {
    if (!isDueForRefresh(session, now())) return session
    try {
      return await refreshed(session.accessToken, minimumMs)
    } catch (error) {
      // The token is good for another moment, and then the next attempt may be better.
      const isPassing = error instanceof AuthcliError && PASSING_CODES.includes(error.code)
      if (isPassing && isUsable(session, now())) return session
      throw error
    }
  }

  /** @param minimumMs how long it has to be good still, to be used without asking for another one */
  async function refreshed(rejected: string | undefined, minimumMs = 0): Promise<LiveSession> {
    const replacement = known && replacementIn(known, rejected, minimumMs)
    if (replacement !== undefined) return replacement
    const shared = await flight
    if (shared !== undefined && shared.accessToken !== rejected) return shared
    flight ??= refreshUnderLock(rejected, minimumMs).finally(() => {
      flight = undefined
    })
    return await flight
  }

  async function refreshUnderLock(rejected: string | undefined, minimumMs: number): Promise<LiveSession> {
    try {
      const live = await refreshInTurn(rejected, minimumMs)
      known = live
      return live
    } catch (error) {
      if (!(error instanceof AuthcliError) || error.code !== 'LOCK_TIMEOUT') throw error
      // Never without the lock; but whoever holds it may have left something that is good to use.
      const replacement = replacementIn(await readStore(), rejected, minimumMs)
      if (replacement === undefined) throw error
      return replacement
    }
  }

  async function refreshInTurn(rejected: string | undefined, minimumMs: number): Promise<LiveSession> {
    let session = known ?? (await readStore())
    for (let turn = 0; turn < MAX_TURNS; turn += 1) {
      const names = lockNamesOf(store, session)
      const outcome = await lock.hold(names, async () => {
        const stored = await readStore()
        if (stored.lockId !== session.lockId) return { other: stored }
        return await adoptOrExchange(stored, rejected, minimumMs)
      })
      if ('live' in outcome) return outcome.live
      session = outcome.other
    }
    throw new AuthcliError('STORE_FAILED', 'the stored session keeps being replaced by other logins', {
      hint: 'try again',
    })
  }

  /** Runs under the lock of the stored session. */
  async function adoptOrExchange(
    stored: Session,
    rejected: string | undefined,
    minimumMs: number,
  ): Promise<{ live: LiveSession } | { other: Session }> {
    if (unsaved !== undefined && unsaved.exchanged === stored.refreshToken) {
      // What came of this very token could not be stored: until it is, spending another one would lose it.
      const { session } = unsaved
      await save(session)
      unsaved = undefined
      return await adoptOrExchange(session, rejected, minimumMs)
    }
    unsaved = undefined
    const live = replacementIn(stored, rejected, minimumMs)
    if (live !== undefined) return { live }
    if (stored.refreshToken === undefined) throw sessionExpired()
    return await exchange({ ...stored, refreshToken: stored.refreshToken })
  }

  async function exchange(stored: RefreshableSession): Promise<{ live: LiveSession } | { other: Session }> {
    trace({ event: 'refresh-started' })
    const refresh = await prepareRefresh(stored)
    return await holdBack(async () => {
      const fresh = await refresh().catch(async (error: unknown) => {
        if (!(error instanceof AuthcliError) || error.code !== 'SESSION_EXPIRED') throw error
        return await endUnlessReplaced(stored, error)
      })
      if ('other' in fresh) return fresh
      const replaced = await saveUnlessReplaced(fresh, stored.refreshToken)
      trace({ event: 'refresh-finished' })
      return replaced === undefined ? { live: fresh } : { other: replaced }
    })
  }

  /** Gives back what is stored instead, if that is no longer what was exchanged: then the exchange was in vain. */
  async function saveUnlessReplaced(fresh: LiveSession, exchanged: string): Promise<Session | undefined> {
    try {
      const stored = await readStore()
      if (stored.refreshToken !== exchanged) return stored
      await save(fresh)
    } catch (error) {
      if (error instanceof AuthcliError && ENDED_CODES.includes(error.code)) throw error
      unsaved = { session: fresh, exchanged }
      talk.warn(`the refreshed session could not be stored and counts for this run only: ${messageOf(error)}`)
    }
    return undefined
  }

  /** Only the session whose refresh token was refused is over; another one that lies there now is not. */
  async function endUnlessReplaced(
    refused: RefreshableSession,
    error: AuthcliError,
  ): Promise<{ other: Session }> {
    const stored = await store.read()
    if (stored.state === 'present' && stored.session.refreshToken !== refused.refreshToken) {
      return { other: stored.session }
    }
    if (stored.state === 'present') await store.remove()
    throw error
  }

  async function save(session: Session): Promise<void> {
    await store.write(session)
    trace({ event: 'session-stored', store: store.kind })
  }

  async function readStore(): Promise<Session> {
    const session = requireSession(store, await store.read())
    trace({ event: 'session-read', store: store.kind })
    if (session.resource === options.resource) return session
    throw new AuthcliError('NOT_LOGGED_IN', `the session in ${store.place} is for another API`, {
      hint: 'run `authcli login` for this one',
    })
  }

  /** The session, if it has an access token to use in place of one that was refused, or is near its end. */
  function replacementIn(
    session: Session,
    rejected: string | undefined,
    minimumMs: number,
  ): LiveSession | undefined {
    const isOther = isLive(session) && session.accessToken !== rejected
    const isOne = isOther && isUsable(session, now() + minimumMs)
    return isOne ? session : undefined
  }
}

function isLive(session: Session): session is LiveSession {
  return session.accessToken !== undefined
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
