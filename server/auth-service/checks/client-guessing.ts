import type { FastifyRequest } from 'fastify'
import { audit } from '../audit.js'
import { sourceOf } from '../browser/source.js'
import type { Context } from '../context.js'
import { OAuthError } from '../oauth-error.js'
import { countFailure, findThrottle, type ThrottlePolicy } from '../store/throttles.js'
import { throttleKey } from '../throttle-key.js'

/** For one client at one source: somebody who mistypes a configuration gets through, a script does not. */
const PER_CLIENT: ThrottlePolicy = { limit: 10, windowMs: 300_000, blockMs: 60_000 }
/** No registered id is longer; what somebody who guesses sends may be, and must not fill the log. */
const MAX_ID_CHARACTERS = 64
/** For one source, whichever clients it names. Behind one address may be a whole office. */
const PER_SOURCE: ThrottlePolicy = { limit: 100, windowMs: 300_000, blockMs: 60_000 }

/**
 * Counts a wrong client secret, and refuses to look at more of them from a source that sent too many. Only failures
 * are counted and only failures are refused: secrets have 256 random bits, so this is to end the noise, and nobody
 * can lock a client out that knows its secret.
 *
 * @throws OAuthError 429 with `Retry-After` while the source is blocked.
 * @see RFC 6749 §2.3.1
 */
export async function countWrongSecret(
  context: Context,
  request: FastifyRequest,
  clientId: string,
): Promise<void> {
  const { store, settings } = context
  const now = context.now()
  const source = sourceOf(request.ip)
  const perClient = throttleKey(settings.secret, ['client', clientId, source])
  const perSource = throttleKey(settings.secret, ['client', source])
  const found = await Promise.all([perClient, perSource].map((key) => findThrottle(store.read, key)))
  const blockedUntil = Math.max(0, ...found.map((throttle) => throttle?.blockedUntil ?? 0))
  if (now < blockedUntil) {
    audit(request.log, 'throttled', {
      clientId: clientId.slice(0, MAX_ID_CHARACTERS),
      source,
      reason: 'too many wrong client secrets',
    })
    throw new OAuthError('temporarily_unavailable', 'too many failed attempts; try again later', {
      statusCode: 429,
      headers: { 'retry-after': String(Math.ceil((blockedUntil - now) / 1000)) },
    })
  }
  await store.write(async (transaction) => {
    await countFailure(transaction, perClient, PER_CLIENT, now)
    await countFailure(transaction, perSource, PER_SOURCE, now)
  })
}
