import type { FastifyBaseLogger } from 'fastify'
import { type AuthService, AuthServiceUnavailable } from './auth-service.js'
import { BearerError } from './errors.js'
import type { Algorithm } from './policy.js'
import { parseKeySet, type VerificationKey } from './verification-key.js'

/** After this time the keys are fetched again, beside the requests: a withdrawn key is noticed. */
const REFRESH_AFTER_MS = 300_000
/** An unknown key id makes the keys be fetched again, but not more often than this: 2 fetches in 10 s. */
const REFETCH_INTERVAL_MS = 10_000
/** As long as no keys are known there is nothing to protect but the AuthService's start. */
const FIRST_FETCH_INTERVAL_MS = 1_000

/** The AuthService's published keys, fetched when they are needed. */
export interface KeySet {
  /**
   * The key with this id, at once when it is known. An unknown id makes the keys be fetched again, within limits.
   * @throws BearerError invalid_token when the AuthService publishes no such key;
   *   temporarily_unavailable when that can't be found out now.
   */
  find(algorithm: Algorithm, keyId: string): VerificationKey | Promise<VerificationKey>
  /** Whether a key that was found before still counts: published, and the keys not too old. Costs nothing. */
  trusts(key: VerificationKey): boolean
  /** Resolves when keys are there. @throws BearerError temporarily_unavailable */
  ready(): Promise<void>
}

/**
 * Keeps the keys of the AuthService. While it is away the known ones work for `maxStaleSeconds` after the last
 * good answer; then nothing can be validated.
 */
export function createKeySet(
  { authService, now, log }: { authService: AuthService; now: () => number; log: FastifyBaseLogger },
  { maxStaleSeconds }: { maxStaleSeconds: number },
): KeySet {
  let keys: ReadonlyMap<string, VerificationKey> = new Map()
  /** When the last good answer was asked for. */
  let fetchedAt = Number.NEGATIVE_INFINITY
  let attemptedAt = Number.NEGATIVE_INFINITY
  let pending: Promise<void> | undefined

  /** Infinity before the first answer, and after the clock was turned back. */
  function age(instant: number): number {
    const milliseconds = now() - instant
    return milliseconds >= 0 ? milliseconds : Number.POSITIVE_INFINITY
  }

  function isUsable(): boolean {
    return age(fetchedAt) <= maxStaleSeconds * 1000
  }

  async function fetchKeys(): Promise<void> {
    const askedAt = now()
    attemptedAt = askedAt
    try {
      const { jwksUri } = await authService.metadata()
      const fetched = await parseKeySet(await authService.fetchJson({ method: 'GET', url: jwksUri }), keys)
      for (const [id, key] of keys) if (fetched.get(id) !== key) key.withdrawn = true
      keys = fetched
      fetchedAt = askedAt
    } catch (error) {
      if (!(error instanceof AuthServiceUnavailable)) throw error
      authService.forgetMetadata()
      log.warn({ reason: error.message }, 'keys not fetched')
    }
  }

  /** Single flight; resolves whether or not there was an answer. */
  function refresh(): Promise<void> {
    pending ??= fetchKeys().finally(() => {
      pending = undefined
    })
    return pending
  }

  function refreshWhenOld(): void {
    if (age(fetchedAt) >= REFRESH_AFTER_MS && age(attemptedAt) >= REFETCH_INTERVAL_MS) {
      refresh().catch((error: unknown) => log.error({ err: error }, 'keys not fetched'))
    }
  }

  async function ready(): Promise<void> {
    if (!isUsable() && (pending || age(attemptedAt) >= FIRST_FETCH_INTERVAL_MS)) await refresh()
    if (!isUsable()) throw unavailable("the AuthService's keys can't be fetched", FIRST_FETCH_INTERVAL_MS)
  }

  async function findAfterRefresh(id: string): Promise<VerificationKey> {
    if (!isUsable()) await ready()
    else if (pending || age(attemptedAt) >= REFETCH_INTERVAL_MS) await refresh()
    const key = keys.get(id)
    if (key) return key
    if (age(fetchedAt) < REFETCH_INTERVAL_MS) throw new BearerError('invalid_token', 'unknown key')
    throw unavailable("an unknown key, and the AuthService can't be asked", REFETCH_INTERVAL_MS)
  }

  return {
    find(algorithm, keyId) {
      const id = `${algorithm} ${keyId}`
      const key = isUsable() ? keys.get(id) : undefined
      if (!key) return findAfterRefresh(id)
      refreshWhenOld()
      return key
    },
    trusts(key) {
      refreshWhenOld()
      return !key.withdrawn && isUsable()
    },
    ready,
  }
}

function unavailable(reason: string, retryAfterMs: number): BearerError {
  return new BearerError('temporarily_unavailable', reason, { retryAfterSeconds: retryAfterMs / 1000 })
}
