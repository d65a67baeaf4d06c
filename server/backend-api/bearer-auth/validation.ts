import type { FastifyBaseLogger } from 'fastify'
import type { Http } from '../http.js'
import type { Settings } from '../settings.js'
import { createAuthService } from './auth-service.js'
import { createCircuitBreaker } from './circuit-breaker.js'
import { createIntrospect } from './introspection.js'
import { createKeySet } from './key-set.js'
import { createTokenValidator, type TokenValidator } from './token-validator.js'

/**
 * Sets up validation in the mode that the settings say, and says which one and why. Asks nobody yet: the
 * AuthService may start later.
 */
export function setUpValidation(
  { http, now, log }: { http: Http; now: () => number; log: FastifyBaseLogger },
  { issuer, resource, validation }: Pick<Settings, 'issuer' | 'resource' | 'validation'>,
): TokenValidator {
  const { mode, reason, credentials, clockToleranceSeconds, jwksMaxStaleSeconds } = validation
  log.info({ mode, reason, issuer, resource }, 'validation mode')
  const authService = createAuthService({ http, now }, issuer)
  return createTokenValidator(
    {
      keySet: createKeySet({ authService, now, log }, { maxStaleSeconds: jwksMaxStaleSeconds }),
      introspect: credentials && createIntrospect({ authService }, { credentials, resource }),
      breaker: createCircuitBreaker({ now }),
      now,
      log,
    },
    { mode, issuer, resource, clockToleranceSeconds },
  )
}
