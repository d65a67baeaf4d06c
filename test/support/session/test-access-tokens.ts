import { AuthcliError, type ErrorCode } from '../../../src/errors.js'
import { createInterruption } from '../../../src/interruption.js'
import { createAccessTokens } from '../../../src/session/access-tokens.js'
import type { PrepareRefresh } from '../../../src/session/refresh-exchange.js'
import type { Session } from '../../../src/session/session.js'
import type { TraceEvent } from '../../../src/trace.js'
import { createMemoryStore, type MemoryStore } from './memory-store.js'
import { createTestLock, type TestLock } from './test-lock.js'
import { TEST_RESOURCE, testSession } from './test-session.js'

/** An AuthService of a few lines: it knows one refresh token at a time and counts. */
function createExchange(now: () => number) {
  let count = 0
  const exchange = {
    exchanged: [] as string[],
    failNext: [] as Error[],
    before: async () => {},
    prepareRefresh: (async (session) => async () => {
      exchange.exchanged.push(session.refreshToken)
      await exchange.before()
      const failure = exchange.failNext.shift()
      if (failure !== undefined) throw failure
      count += 1
      return {
        ...session,
        accessToken: `access-token-${count}`,
        refreshToken: `refresh-token-${count}`,
        expiresAt: now() + 600_000,
        lifetimeSeconds: 600,
      }
    }) satisfies PrepareRefresh,
  }
  return exchange
}

export interface AccessTokensSetup {
  session?: Session
  refreshEarly?: boolean
  now?: number
  store?: MemoryStore
  lock?: TestLock
}

/** Access tokens of a session in memory, with everything around them for a test to look at and to change. */
export function setUpAccessTokens(options: AccessTokensSetup = {}) {
  const clock = { now: options.now ?? 0 }
  const now = () => clock.now
  const store = options.store ?? createMemoryStore(options.session ?? testSession())
  const lock = options.lock ?? createTestLock()
  const exchange = createExchange(now)
  const warnings: string[] = []
  const traced: TraceEvent[] = []
  const wish = new AbortController()
  const interruption = createInterruption(wish.signal)
  const tokens = createAccessTokens(
    {
      store,
      lock,
      prepareRefresh: exchange.prepareRefresh,
      holdBack: interruption.holdBack,
      now,
      trace: (event) => traced.push(event),
      talk: { warn: (message) => warnings.push(message) },
    },
    { resource: TEST_RESOURCE, refreshEarly: options.refreshEarly ?? true },
  )
  return { clock, store, lock, exchange, tokens, warnings, traced, wish, interruption }
}

/** A failure that a test causes. */
export function failure(code: ErrorCode): AuthcliError {
  return new AuthcliError(code, 'on purpose')
}

/** The session that lies in a store. */
export function storedIn(store: MemoryStore): Session {
  if (store.stored.state !== 'present') throw new Error('nothing is stored')
  return store.stored.session
}
