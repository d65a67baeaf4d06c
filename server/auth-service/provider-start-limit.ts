import type { FastifyRequest } from 'fastify'
import { audit } from './audit.js'
import { sourceOf } from './browser/source.js'
import { PageError } from './checks/page-error.js'
import type { Context } from './context.js'
import type { RegisteredProvider } from './store/providers.js'
import { countFailure, findThrottle, type ThrottlePolicy } from './store/throttles.js'
import { throttleKey } from './throttle-key.js'

/**
 * Sign-ins at providers that one source may begin: an office behind one address does not begin a hundred in ten minutes.
 * Each is a row for half an hour, and at its end a request of ours to the provider.
 */
const PER_SOURCE: ThrottlePolicy = { limit: 100, windowMs: 600_000, blockMs: 60_000 }

/**
 * Counts a sign-in at a provider that is being begun.
 *
 * @param attempt.goOnAt where the person can try again.
 * @throws PageError `too-many-sign-ins` while the source has begun too many.
 */
export async function countProviderStart(
  { store, settings, now: clock }: Pick<Context, 'store' | 'settings' | 'now'>,
  request: FastifyRequest,
  attempt: { provider: RegisteredProvider; interactionId: string; goOnAt: string },
): Promise<void> {
  const now = clock()
  const source = sourceOf(request.ip)
  const key = throttleKey(settings.secret, ['provider-start', source])
  const blockedUntil = await store.write(async (transaction) => {
    const throttle = await findThrottle(transaction, key)
    if (throttle !== undefined && now < throttle.blockedUntil) return throttle.blockedUntil
    await countFailure(transaction, key, PER_SOURCE, now)
    return undefined
  })
  if (blockedUntil === undefined) return
  const { provider, interactionId, goOnAt } = attempt
  const reason = 'too many sign-ins at providers begun'
  audit(request.log, 'throttled', { interactionId, provider: provider.name, source: request.ip, reason })
  throw new PageError('too-many-sign-ins', {
    goOnAt,
    providerLabel: provider.label,
    retryAfterSeconds: Math.ceil((blockedUntil - now) / 1000),
  })
}
