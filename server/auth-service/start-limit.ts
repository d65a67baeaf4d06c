import { sourceOf } from './browser/source.js'
import type { Context } from './context.js'
import { countFailure, findThrottle, type ThrottlePolicy } from './store/throttles.js'
import { throttleKey } from './throttle-key.js'

/** What anybody may begin, and what leaves a row in the database. */
export type Beginning = 'device-start' | 'provider-start'

/**
 * Logins of one kind that one source may begin: an office behind one address does not begin a hundred in ten minutes.
 * Each is a row for a while; a device login is one more code that somebody could guess, and one at a provider ends with
 * a request of ours to it.
 */
const PER_SOURCE: ThrottlePolicy = { limit: 100, windowMs: 600_000, blockMs: 60_000 }

/**
 * Counts a login that is being begun.
 *
 * @returns in how many seconds the source may try again, if it has begun too many; else undefined.
 */
export async function countStart(
  { store, settings, now: clock }: Pick<Context, 'store' | 'settings' | 'now'>,
  what: Beginning,
  ip: string,
): Promise<number | undefined> {
  const now = clock()
  const key = throttleKey(settings.secret, [what, sourceOf(ip)])
  const blockedUntil = await store.write(async (transaction) => {
    const throttle = await findThrottle(transaction, key)
    if (throttle !== undefined && now < throttle.blockedUntil) return throttle.blockedUntil
    await countFailure(transaction, key, PER_SOURCE, now)
    return undefined
  })
  return blockedUntil && Math.ceil((blockedUntil - now) / 1000)
}
