import { sourceOf } from './browser/source.js'
import type { Context } from './context.js'
import { canonicalUsername } from './store/accounts.js'
import {
  clearThrottle,
  countFailure,
  findThrottle,
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
  succeeded(): Promise<void>
  /** The password was not looked at. */
  abandoned(): Promise<void>
}

/**
 * Counts a sign-in before its password is looked at, so that a thousand at once can't outrun the limit.
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
  const sourceKey = throttleKey(settings.secret, ['source', source])
  const startedAt = now()
  const blockedUntil = await store.write(async (transaction) => {
    const throttles = [
      await findThrottle(transaction, accountKey),
      await findThrottle(transaction, sourceKey),
    ]
    const until = Math.max(...throttles.map((throttle) => throttle?.blockedUntil ?? 0))
    if (until > startedAt) return until
    await countFailure(transaction, accountKey, ACCOUNT_AT_SOURCE, startedAt)
    await countFailure(transaction, sourceKey, SOURCE, startedAt)
    return undefined
  })
  if (blockedUntil !== undefined) throw new TooManyFailuresError(Math.ceil((blockedUntil - startedAt) / 1000))
  return {
    succeeded: () =>
      store.write(async (transaction) => {
        await clearThrottle(transaction, accountKey)
        // Taken back and not cleared: an account of one's own must not be the way to a hundred more guesses.
        await takeBackFailure(transaction, sourceKey, SOURCE)
      }),
    abandoned: () =>
      store.write(async (transaction) => {
        await takeBackFailure(transaction, accountKey, ACCOUNT_AT_SOURCE)
        await takeBackFailure(transaction, sourceKey, SOURCE)
      }),
  }
}
