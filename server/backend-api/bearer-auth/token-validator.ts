import type { FastifyBaseLogger } from 'fastify'
import { compactVerify } from 'jose'
import { type AccessToken, readAccessToken } from './access-token.js'
import { AuthServiceUnavailable } from './auth-service.js'
import { type CircuitBreaker, CircuitOpen } from './circuit-breaker.js'
import { parseCompactJws } from './compact-jws.js'
import { BearerError } from './errors.js'
import type { Introspect, Introspection } from './introspection.js'
import type { KeySet } from './key-set.js'
import { type Policy, policyId } from './policy.js'
import type { VerificationKey } from './verification-key.js'
import { createVerifiedTokens } from './verified-tokens.js'

/** For how long an introspection answer is good: the longest time that a revoked token goes on working. */
const INTROSPECTION_MS = 5_000
const RETRY_AFTER_SECONDS = 1

export interface TokenValidator {
  readonly mode: Policy['mode']
  /**
   * Validates an access token for this resource. A verdict that is still good is given at once, anything else as
   * a promise. The scope of the route is not looked at.
   * @throws BearerError (also as a rejection) invalid_token, or temporarily_unavailable when nobody can say.
   */
  validate(token: string, traceId: string | undefined): AccessToken | Promise<AccessToken>
  /** Resolves when tokens can be validated. @throws BearerError temporarily_unavailable */
  ready(): Promise<void>
}

/** What is known about a token with a good signature. */
interface Verdict {
  key: VerificationKey
  claims: AccessToken
  /** In introspection mode: what the AuthService said, and when it was asked. */
  introspected: { answer: Introspection; askedAt: number } | undefined
  /** The claims, with what the AuthService said; undefined when it said that the token is not active. */
  accessToken: AccessToken | undefined
}

export interface TokenValidatorDependencies {
  keySet: KeySet
  /** Without it: jwks mode. */
  introspect: Introspect | undefined
  breaker: CircuitBreaker
  now: () => number
  log: FastifyBaseLogger
}

/**
 * Form, header, claims and signature are checked here before anybody is asked, in both modes: garbage never
 * reaches the AuthService. Concurrent requests with one token share one check.
 */
export function createTokenValidator(
  { keySet, introspect, breaker, now, log }: TokenValidatorDependencies,
  policy: Policy,
): TokenValidator {
  const verdicts = createVerifiedTokens<Verdict>(policyId(policy))
  const inFlight = new Map<string, Promise<AccessToken>>()

  function isStillGood(verdict: Verdict): boolean {
    if (!keySet.trusts(verdict.key)) return false
    if (!introspect) return true
    if (!verdict.introspected) return false
    const age = now() - verdict.introspected.askedAt
    return age >= 0 && age < INTROSPECTION_MS
  }

  async function verify(token: string): Promise<Verdict> {
    const jws = parseCompactJws(token)
    const claims = readAccessToken(jws.claims, policy, now())
    const key = await keySet.find(jws.algorithm, jws.keyId)
    try {
      await compactVerify(jws.compact, key.key, { algorithms: [key.algorithm] })
    } catch (cause) {
      throw new BearerError('invalid_token', 'signature', { cause })
    }
    return { key, claims, introspected: undefined, accessToken: claims }
  }

  async function askAuthService(
    ask: Introspect,
    token: string,
    verdict: Verdict,
    traceId: string | undefined,
  ) {
    const askedAt = now()
    try {
      const answer = await breaker(() => ask(token, verdict.claims, traceId))
      verdict.introspected = { answer, askedAt }
      verdict.accessToken = answer.active ? merge(verdict.claims, answer) : undefined
    } catch (error) {
      if (!(error instanceof AuthServiceUnavailable || error instanceof CircuitOpen)) throw error
      if (error instanceof AuthServiceUnavailable)
        log.warn({ reason: error.message }, 'token not introspected')
      throw new BearerError('temporarily_unavailable', error.message, {
        retryAfterSeconds: RETRY_AFTER_SECONDS,
        cause: error,
      })
    }
  }

  async function check(name: string, token: string, traceId: string | undefined): Promise<AccessToken> {
    let verdict = verdicts.get(name)
    if (!verdict || !keySet.trusts(verdict.key)) {
      verdicts.delete(name)
      verdict = await verify(token)
    }
    refuseExpired(verdict.claims)
    if (introspect) await askAuthService(introspect, token, verdict, traceId)
    verdicts.set(name, verdict)
    return accept(verdict)
  }

  function accept({ accessToken }: Verdict): AccessToken {
    if (!accessToken) throw new BearerError('invalid_token', 'not active')
    refuseExpired(accessToken)
    return accessToken
  }

  function refuseExpired({ expiresAt }: AccessToken): void {
    if (now() / 1000 >= expiresAt + policy.clockToleranceSeconds) {
      throw new BearerError('invalid_token', 'expired')
    }
  }

  return {
    mode: policy.mode,
    validate(token, traceId) {
      const name = verdicts.nameOf(token)
      const verdict = verdicts.get(name)
      if (verdict && isStillGood(verdict)) return accept(verdict)
      let pending = inFlight.get(name)
      if (!pending) {
        pending = check(name, token, traceId).finally(() => inFlight.delete(name))
        inFlight.set(name, pending)
      }
      return pending
    },
    ready: () => keySet.ready(),
  }
}

/** The signed claims stay; the AuthService may know less scope, an earlier end, and who the person is. */
function merge(claims: AccessToken, answer: Introspection): AccessToken {
  return {
    ...claims,
    scopes: answer.scopes ?? claims.scopes,
    user: answer.user,
    expiresAt: Math.min(claims.expiresAt, answer.expiresAt ?? claims.expiresAt),
  }
}
