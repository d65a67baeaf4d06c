import type { FastifyRequest } from 'fastify'
import { audit } from './audit.js'
import { PageError } from './checks/page-error.js'
import type { Context } from './context.js'
import { countStart } from './start-limit.js'
import type { RegisteredProvider } from './store/providers.js'

/**
 * Counts a sign-in at a provider that is being begun.
 *
 * @param attempt.goOnAt where the person can try again.
 * @throws PageError `too-many-sign-ins` while the source has begun too many.
 */
export async function countProviderStart(
  context: Pick<Context, 'store' | 'settings' | 'now'>,
  request: FastifyRequest,
  attempt: { provider: RegisteredProvider; interactionId: string; goOnAt: string },
): Promise<void> {
  const retryAfterSeconds = await countStart(context, 'provider-start', request.ip)
  if (retryAfterSeconds === undefined) return
  const { provider, interactionId, goOnAt } = attempt
  const reason = 'too many sign-ins at providers begun'
  audit(request.log, 'throttled', { interactionId, provider: provider.name, source: request.ip, reason })
  throw new PageError('too-many-sign-ins', { goOnAt, providerLabel: provider.label, retryAfterSeconds })
}
