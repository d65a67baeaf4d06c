import { describe, expect, it } from 'vitest'
import { AuthcliError, type ErrorCode } from '../../../../src/errors.js'
import { createInterruption } from '../../../../src/interruption.js'
import { createAccessTokens } from '../../../../src/session/access-tokens.js'
import type { RefreshExchange } from '../../../../src/session/refresh-exchange.js'
import type { Session } from '../../../../src/session/session.js'
import type { TraceEvent } from '../../../../src/trace.js'
import { createMemoryStore, type MemoryStore } from '../../../support/session/memory-store.js'
import { createTestLock } from '../../../support/session/test-lock.js'
import { TEST_RESOURCE, testSession } from '../../../support/session/test-session.js'

/** An AuthService of a few lines: it knows one refresh token at a time and counts. */
function createExchange(now: () => number) {
  let count = 0
  const exchange = {
    exchanged: [] as string[],
    failNext: [] as Error[],
    before: async () => {},
    refresh: (async (session) => {
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
    }) satisfies RefreshExchange,
  }
  return exchange
}

interface Setup {
  session?: Session
  refreshEarly?: boolean
  now?: number
  store?: MemoryStore
  lock?: ReturnType<typeof createTestLock>
}

function setUp(options: Setup = {}) {
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
      refresh: exchange.refresh,
      holdBack: interruption.holdBack,
      now,
      trace: (event) => traced.push(event),
      talk: { warn: (message) => warnings.push(message) },
    },
    { resource: TEST_RESOURCE, refreshEarly: options.refreshEarly ?? true },
  )
  return { clock, store, lock, exchange, tokens, warnings, traced, wish, interruption }
}

function fail(code: ErrorCode): AuthcliError {
  return new AuthcliError(code, 'on purpose')
}

function storedIn(store: MemoryStore): Session {
  if (store.stored.state !== 'present') throw new Error('nothing is stored')
  return store.stored.session
}

describe('current', () => {
  it('gives the stored token while it is good, without a lock and reading once', async () => {
    const { tokens, store, lock } = setUp()
    expect(await tokens.current()).toBe('access-token-0')
    expect(await tokens.current()).toBe('access-token-0')
    expect(store.calls).toEqual(['read'])
    expect(lock.held).toEqual([])
  })

  it('refreshes with less than a tenth of the lifetime left, when the profile refreshes early', async () => {
    const early = setUp({ now: 540_000 })
    expect(await early.tokens.current()).toBe('access-token-1')
    const notEarly = setUp({ now: 540_000, refreshEarly: false })
    expect(await notEarly.tokens.current()).toBe('access-token-0')
  })

  it('leaves it to the API to refuse an expired token, when the profile does not refresh early', async () => {
    const { tokens, exchange } = setUp({ now: 700_000, refreshEarly: false })
    expect(await tokens.current()).toBe('access-token-0')
    expect(exchange.exchanged).toEqual([])
  })

  it('refreshes when the store could not keep an access token', async () => {
    const { accessToken: _, ...session } = testSession()
    const { tokens, store } = setUp({ session, refreshEarly: false })
    store.keep = ({ accessToken: _, ...rest }) => rest
    expect(await tokens.current()).toBe('access-token-1')
    expect(await tokens.current()).toBe('access-token-1')
  })

  it.each(['AUTH_SERVICE_UNREACHABLE', 'LOCK_TIMEOUT', 'DISCOVERY_FAILED', 'LOGIN_FAILED'] as const)(
    'uses a token that is still good when an early refresh fails with %s',
    async (code) => {
      const { tokens, exchange } = setUp({ now: 599_000 })
      exchange.failNext.push(fail(code))
      expect(await tokens.current()).toBe('access-token-0')
    },
  )

  it('fails when the token has expired and the AuthService is away, and keeps everything', async () => {
    const { tokens, exchange, store } = setUp({ now: 600_000 })
    exchange.failNext.push(fail('AUTH_SERVICE_UNREACHABLE'))
    await expect(tokens.current()).rejects.toMatchObject({ code: 'AUTH_SERVICE_UNREACHABLE' })
    expect(storedIn(store)).toEqual(testSession())
  })

  it('uses an access token that nothing can follow until its end', async () => {
    const { refreshToken: _, ...session } = testSession()
    expect(await setUp({ session, now: 599_000 }).tokens.current()).toBe('access-token-0')
    await expect(setUp({ session, now: 600_000 }).tokens.current()).rejects.toMatchObject({
      code: 'SESSION_EXPIRED',
    })
  })

  it('refuses a session for another API (100)', async () => {
    const { tokens } = setUp({ session: testSession({ resource: 'https://other.example.com' }) })
    await expect(tokens.current()).rejects.toMatchObject({ code: 'NOT_LOGGED_IN' })
  })

  it.each([
    [{ state: 'missing' }, 'NOT_LOGGED_IN'],
    [{ state: 'unreadable', reason: 'it is cut' }, 'STORE_FAILED'],
    [{ state: 'newer', version: 2 }, 'STORE_NEWER'],
  ] as const)('says what is wrong with a store that holds %j', async (stored, code) => {
    const { tokens, store, exchange } = setUp()
    store.stored = stored
    await expect(tokens.current()).rejects.toMatchObject({ code })
    expect(exchange.exchanged).toEqual([])
  })
})

describe('replace', () => {
  it('exchanges under the lock of the session, and saves before it gives the token (100)', async () => {
    const { tokens, store, lock, exchange } = setUp()
    expect(await tokens.replace('access-token-0')).toBe('access-token-1')
    expect(exchange.exchanged).toEqual(['refresh-token-0'])
    expect(lock.held).toEqual(['lock-id-of-the-session'])
    expect(storedIn(store)).toMatchObject({ accessToken: 'access-token-1', refreshToken: 'refresh-token-1' })
  })

  it('locks a file by its place too', async () => {
    const store = Object.assign(createMemoryStore(testSession()), { kind: 'file', slot: 'file x' } as const)
    const { tokens, lock } = setUp({ store })
    await tokens.replace('access-token-0')
    expect(lock.held).toEqual(['file x', 'lock-id-of-the-session'])
  })

  it('makes one exchange for all who ask at once', async () => {
    const { tokens, exchange } = setUp()
    const asked = Array.from({ length: 50 }, () => tokens.replace('access-token-0'))
    expect(new Set(await Promise.all(asked))).toEqual(new Set(['access-token-1']))
    expect(exchange.exchanged).toHaveLength(1)
  })

  it('gives what this process already refreshed to who was refused with the token before', async () => {
    const { tokens, exchange } = setUp()
    await tokens.replace('access-token-0')
    expect(await tokens.replace('access-token-0')).toBe('access-token-1')
    expect(exchange.exchanged).toHaveLength(1)
  })

  it('adopts what another process refreshed while it waited for the lock', async () => {
    const { tokens, store, lock, exchange } = setUp()
    await tokens.current()
    lock.beforeJob = () => {
      store.stored = { state: 'present', session: testSession({ accessToken: 'theirs', refreshToken: 'rt' }) }
    }
    expect(await tokens.replace('access-token-0')).toBe('theirs')
    expect(exchange.exchanged).toEqual([])
  })

  it('does not adopt a token that has expired meanwhile', async () => {
    const { tokens, store, exchange } = setUp({ now: 700_000 })
    store.stored = { state: 'present', session: testSession({ accessToken: 'theirs', refreshToken: 'rt' }) }
    expect(await tokens.replace('access-token-0')).toBe('access-token-1')
    expect(exchange.exchanged).toEqual(['rt'])
  })

  it('starts from the store, never from memory', async () => {
    const { tokens, store, exchange } = setUp()
    await tokens.current()
    store.stored = { state: 'present', session: testSession({ refreshToken: 'refreshed-elsewhere' }) }
    await tokens.replace('access-token-0')
    expect(exchange.exchanged).toEqual(['refreshed-elsewhere'])
  })

  it('takes the lock of the session that lies there, when another login has replaced the one it knew', async () => {
    const { tokens, store, lock, exchange } = setUp()
    await tokens.current()
    const other = testSession({ lockId: 'lock-id-of-another-login', refreshToken: 'other' })
    store.stored = { state: 'present', session: other }
    expect(await tokens.replace('access-token-0')).toBe('access-token-1')
    expect(lock.held).toEqual(['lock-id-of-the-session', 'lock-id-of-another-login'])
    expect(exchange.exchanged).toEqual(['other'])
  })

  it('drops what it got when the stored refresh token is no longer the one that it exchanged', async () => {
    const { tokens, store, exchange } = setUp()
    exchange.before = async () => {
      store.stored = { state: 'present', session: testSession({ accessToken: 'theirs', refreshToken: 'rt' }) }
    }
    expect(await tokens.replace('access-token-0')).toBe('theirs')
    expect(storedIn(store).refreshToken).toBe('rt')
  })

  it('brings no session back that was ended while it exchanged', async () => {
    const { tokens, store, exchange } = setUp()
    exchange.before = async () => {
      store.stored = { state: 'missing' }
    }
    await expect(tokens.replace('access-token-0')).rejects.toMatchObject({ code: 'NOT_LOGGED_IN' })
    expect(store.stored).toEqual({ state: 'missing' })
  })

  it('ends the session when its refresh token is refused', async () => {
    const { tokens, store, exchange } = setUp()
    exchange.failNext.push(fail('SESSION_EXPIRED'))
    await expect(tokens.replace('access-token-0')).rejects.toMatchObject({ code: 'SESSION_EXPIRED' })
    expect(store.stored).toEqual({ state: 'missing' })
  })

  it('never removes a session whose refresh token was not the one refused', async () => {
    const { tokens, store, exchange } = setUp()
    exchange.failNext.push(fail('SESSION_EXPIRED'))
    exchange.before = async () => {
      store.stored = { state: 'present', session: testSession({ accessToken: 'theirs', refreshToken: 'rt' }) }
    }
    expect(await tokens.replace('access-token-0')).toBe('theirs')
    expect(store.calls).not.toContain('remove')
  })

  it.each(['AUTH_SERVICE_UNREACHABLE', 'LOGIN_FAILED', 'DISCOVERY_FAILED'] as const)(
    'keeps the session when the exchange fails with %s',
    async (code) => {
      const { tokens, store, exchange } = setUp()
      exchange.failNext.push(fail(code))
      await expect(tokens.replace('access-token-0')).rejects.toMatchObject({ code })
      expect(storedIn(store)).toEqual(testSession())
    },
  )

  it('keeps a session without a refresh token, and says that it has ended', async () => {
    const { refreshToken: _, ...session } = testSession()
    const { tokens, store } = setUp({ session })
    await expect(tokens.replace('access-token-0')).rejects.toMatchObject({ code: 'SESSION_EXPIRED' })
    expect(storedIn(store)).toEqual(session)
  })

  it('exchanges nothing without the lock, and uses what its holder left', async () => {
    const { tokens, store, lock, exchange } = setUp()
    await tokens.current()
    lock.hold = async () => {
      throw fail('LOCK_TIMEOUT')
    }
    await expect(tokens.replace('access-token-0')).rejects.toMatchObject({ code: 'LOCK_TIMEOUT' })
    store.stored = { state: 'present', session: testSession({ accessToken: 'theirs' }) }
    expect(await tokens.replace('access-token-0')).toBe('theirs')
    expect(exchange.exchanged).toEqual([])
  })

  it('tells what happened, and nothing that is secret (53)', async () => {
    const { tokens, traced } = setUp()
    await tokens.replace('access-token-0')
    expect(traced.map(({ event }) => event)).toEqual([
      'session-read',
      'session-read',
      'refresh-started',
      'session-read',
      'session-stored',
      'refresh-finished',
    ])
    expect(JSON.stringify(traced)).not.toMatch(/token-\d/)
  })
})

describe('a refreshed session that could not be stored', () => {
  it.each(['write', 'read'] as const)(
    'is used for this run, and said, when the store fails to %s',
    async (call) => {
      const { tokens, store, exchange, warnings } = setUp()
      await tokens.current()
      exchange.before = async () => {
        store.failNext[call] = fail('KEYCHAIN_UNAVAILABLE')
      }
      expect(await tokens.replace('access-token-0')).toBe('access-token-1')
      expect(await tokens.current()).toBe('access-token-1')
      expect(storedIn(store).refreshToken).toBe('refresh-token-0')
      expect(warnings).toEqual([
        'the refreshed session could not be stored and counts for this run only: on purpose',
      ])
    },
  )

  it('is stored before anything else is exchanged', async () => {
    const { tokens, store, exchange } = setUp()
    store.failNext.write = fail('STORE_FAILED')
    await tokens.replace('access-token-0')
    expect(await tokens.replace('access-token-1')).toBe('access-token-2')
    expect(exchange.exchanged).toEqual(['refresh-token-0', 'refresh-token-1'])
    expect(storedIn(store).refreshToken).toBe('refresh-token-2')
  })

  it('is never spent while it still can not be stored', async () => {
    const { tokens, store, exchange } = setUp()
    store.failNext.write = fail('STORE_FAILED')
    await tokens.replace('access-token-0')
    store.failNext.write = fail('STORE_FAILED')
    await expect(tokens.replace('access-token-1')).rejects.toMatchObject({ code: 'STORE_FAILED' })
    expect(exchange.exchanged).toEqual(['refresh-token-0'])
  })

  it('is forgotten when somebody else has refreshed the stored one meanwhile', async () => {
    const { tokens, store, exchange } = setUp()
    store.failNext.write = fail('STORE_FAILED')
    await tokens.replace('access-token-0')
    store.stored = { state: 'present', session: testSession({ accessToken: 'theirs', refreshToken: 'rt' }) }
    expect(await tokens.replace('access-token-1')).toBe('theirs')
    expect(exchange.exchanged).toEqual(['refresh-token-0'])
  })
})

describe('a wish to end', () => {
  it('waits until what was exchanged is stored (100)', async () => {
    const { tokens, store, exchange, wish, interruption } = setUp()
    let storedAtEnd: unknown
    interruption.signal.addEventListener('abort', () => {
      storedAtEnd = structuredClone(store.stored)
    })
    exchange.before = async () => wish.abort()
    await tokens.replace('access-token-0')
    expect(storedAtEnd).toMatchObject({ session: { refreshToken: 'refresh-token-1' } })
  })

  it('lets no exchange begin', async () => {
    const { tokens, exchange, wish } = setUp()
    await tokens.current()
    wish.abort(fail('INTERRUPTED'))
    await expect(tokens.replace('access-token-0')).rejects.toMatchObject({ code: 'INTERRUPTED' })
    expect(exchange.exchanged).toEqual([])
  })
})

describe('many processes', () => {
  it('make one exchange between them', async () => {
    const store = createMemoryStore(testSession())
    const turns = new Map()
    const all = Array.from({ length: 20 }, () => setUp({ store, lock: createTestLock(turns) }))
    const tokens = await Promise.all(all.map(({ tokens }) => tokens.replace('access-token-0')))
    expect(new Set(tokens).size).toBe(1)
    expect(all.flatMap(({ exchange }) => exchange.exchanged)).toEqual(['refresh-token-0'])
  })
})
