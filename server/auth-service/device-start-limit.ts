import type { FastifyRequest } from 'fastify'
import { audit } from './audit.js'
import { sourceOf } from './browser/source.js'
import type { Context } from './context.js'
import { OAuthError } from './oauth-error.js'
import { countFailure, findThrottle, type ThrottlePolicy } from './store/throttles.js'
import { throttleKey } from './throttle-key.js'

/**
 * Device logins that one source may start: an office behind one address does not start a hundred in ten minutes. Each
 * is a row for a day, and one more code that somebody could guess.
 */
const PER_SOURCE: ThrottlePolicy = { limit: 100, windowMs: 600_000, blockMs: 60_000 }

/**
 * Counts a device login that is being started.
 *
 * @throws OAuthError 429 with `Retry-After` while the source has started too many.
 */
export async function countDeviceStart(
  { store, settings, now: clock }: Context,
  request: FastifyRequest,
  clientId: string,
): Promise<void> {
  const now = clock()
  const source = sourceOf(request.ip)
  const key = throttleKey(settings.secret, ['device-start', source])
  const blockedUntil = await store.write(async (transaction) => {
    const throttle = await findThrottle(transaction, key)
    if (throttle !== undefined && now < throttle.blockedUntil) return throttle.blockedUntil
    await countFailure(transaction, key, PER_SOURCE, now)
    return undefined
  })
  if (blockedUntil === undefined) return
  audit(request.log, 'throttled', { clientId, source, reason: 'too many device logins started' })
  throw new OAuthError('temporarily_unavailable', 'too many device logins from here; try again later', {
    statusCode: 429,
    headers: { 'retry-after': String(Math.ceil((blockedUntil - now) / 1000)) },
  })
}
