import type { FastifyRequest } from 'fastify'
import { audit } from './audit.js'
import { sourceOf } from './browser/source.js'
import type { Context } from './context.js'
import { OAuthError } from './oauth-error.js'
import { countStart } from './start-limit.js'

/**
 * Counts a device login that is being started.
 *
 * @throws OAuthError 429 with `Retry-After` while the source has started too many.
 */
export async function countDeviceStart(
  context: Context,
  request: FastifyRequest,
  clientId: string,
): Promise<void> {
  const retryAfterSeconds = await countStart(context, 'device-start', request.ip)
  if (retryAfterSeconds === undefined) return
  const source = sourceOf(request.ip)
  audit(request.log, 'throttled', { clientId, source, reason: 'too many device logins started' })
  throw new OAuthError('temporarily_unavailable', 'too many device logins from here; try again later', {
    statusCode: 429,
    headers: { 'retry-after': String(retryAfterSeconds) },
  })
}
