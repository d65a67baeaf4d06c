import { siteOf, sourceOf } from './browser/source.js'
import type { Context } from './context.js'
import { type Account, canonicalUsername, findAccountByUsername } from './store/accounts.js'
import { noteNothing, noteSecurityEvent, takeBackSecurityEvent } from './store/security-events.js'
import type { Writer } from './store/store.js'
import {
  type Counted,
  clearThrottle,
  countFailuresUnlessBlocked,
  type ThrottlePolicy,
  takeBackFailure,
} from './store/throttles.js'
import { throttleKey } from './throttle-key.js'

/**
 * One username from one source. A person who has forgotten which password it was does not try ten; somebody who
 * guesses gets twelve in a quarter of an hour. It never counts the username alone, so nobody can lock another out.
 */
const ACCOUNT_AT_SOURCE: ThrottlePolicy = { limit: 10, windowMs: 15 * 60_000, blockMs: 5 * 60_000 }

/**
 * One source, whatever it tries: one password on many usernames. An office behind one address does not fail a hundred
 * times in a quarter of an hour; if it does, everybody there waits a minute at most after the last failure.
 */
const SOURCE: ThrottlePolicy = { limit: 100, windowMs: 15 * 60_000, blockMs: 60_000 }

/**
 * The 65,536 sources of a site with IPv6. Nobody else is kept out by one who has a site; where a site is many people,
 * they wait a minute at most, too.
 */
const SITE: ThrottlePolicy = { limit: 300, windowMs: 15 * 60_000, blockMs: 60_000 }

/** Too many sign-ins of this kind have failed; this one was not looked at. */
export class TooManyFailuresError extends Error {
  readonly retryAfterSeconds: number

  constructor(retryAfterSeconds: number) {
    super('too many sign-ins have failed')
    this.name = 'TooManyFailuresError'
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** A sign-in that has begun, and counts as failed until one of these says otherwise. */
export interface SignInAttempt {
  /** Epoch milliseconds. */
  startedAt: number
  /** Whom the username belongs to, as it was then. */
  account: Account | undefined
  /** For the write of what the sign-in leads to. */
  succeeded(transaction: Writer): Promise<void>
  /** The password was not looked at. */
  abandoned(): Promise<void>
}

/**
 * Counts a sign-in before its password is looked at, so that a thousand at once can't outrun the limit. The person whose
 * username it is will see it among their security events. That is noted now and taken back at success, and not when it
 * has failed: so a failure takes no second write, which would tell who has an account by the time it takes.
 *
 * @param ip where it comes from.
 * @throws TooManyFailuresError
 */
export async function beginSignInAttempt(
  { store, settings, now }: Pick<Context, 'store' | 'settings' | 'now'>,
  { username, ip }: { username: string; ip: string },
): Promise<SignInAttempt> {
  const source = sourceOf(ip)
  const accountKey = throttleKey(settings.secret, ['account', canonicalUsername(username), source])
  const shared = sharedCounts(settings.secret, ip)
  const startedAt = now()
  const begun = await store.write(async (transaction) => {
    const counted = [{ key: accountKey, policy: ACCOUNT_AT_SOURCE }, ...shared]
    const blockedUntil = await countFailuresUnlessBlocked(transaction, counted, startedAt)
    if (blockedUntil !== undefined) return { blockedUntil }
    const account = await findAccountByUsername(transaction, username)
    if (account === undefined) {
      await noteNothing(transaction, 'sign-in-failed')
      return { account }
    }
    const failure = { accountId: account.id, kind: 'sign-in-failed', at: startedAt, source: ip } as const
    return { account, event: await noteSecurityEvent(transaction, failure) }
  })
  if (begun.blockedUntil !== undefined) {
    throw new TooManyFailuresError(Math.ceil((begun.blockedUntil - startedAt) / 1000))
  }
  const { account, event } = begun
  return {
    startedAt,
    account,
    succeeded: async (transaction) => {
      if (event !== undefined) await takeBackSecurityEvent(transaction, event)
      await clearThrottle(transaction, accountKey)
      // Taken back and not cleared: an account of one's own must not be the way to a hundred more guesses.
      for (const { key, policy } of shared) await takeBackFailure(transaction, key, policy)
    },
    abandoned: () =>
      store.write(async (transaction) => {
        if (event !== undefined) await takeBackSecurityEvent(transaction, event)
        await takeBackFailure(transaction, accountKey, ACCOUNT_AT_SOURCE)
        for (const { key, policy } of shared) await takeBackFailure(transaction, key, policy)
      }),
  }
}

/** What is counted of a place, whatever username was tried there. */
function sharedCounts(secret: Uint8Array, ip: string): Counted[] {
  const source = { key: throttleKey(secret, ['source', sourceOf(ip)]), policy: SOURCE }
  const site = siteOf(ip)
  return site === undefined ? [source] : [source, { key: throttleKey(secret, ['site', site]), policy: SITE }]
}
