import { describe, expect, it } from 'vitest'
import { createMemoryStore } from '../../../support/session/memory-store.js'
import { failure, setUpAccessTokens, storedIn } from '../../../support/session/test-access-tokens.js'
import { testSession } from '../../../support/session/test-session.js'

describe('current', () => {
  it('gives the stored token while it is good, without a lock and reading once', async () => {
    const { tokens, store, lock } = setUpAccessTokens()
    expect(await tokens.current()).toBe('access-token-0')
    expect(await tokens.current()).toBe('access-token-0')
    expect(store.calls).toEqual(['read'])
    expect(lock.held).toEqual([])
  })

  it('refreshes with less than a tenth of the lifetime left, when the profile refreshes early', async () => {
    const early = setUpAccessTokens({ now: 540_000 })
    expect(await early.tokens.current()).toBe('access-token-1')
    const notEarly = setUpAccessTokens({ now: 540_000, refreshEarly: false })
    expect(await notEarly.tokens.current()).toBe('access-token-0')
  })

  it('leaves it to the API to refuse an expired token, when the profile does not refresh early', async () => {
    const { tokens, exchange } = setUpAccessTokens({ now: 700_000, refreshEarly: false })
    expect(await tokens.current()).toBe('access-token-0')
    expect(exchange.exchanged).toEqual([])
  })

  it('refreshes when the store could not keep an access token', async () => {
    const { accessToken: _, ...session } = testSession()
    const { tokens, store } = setUpAccessTokens({ session, refreshEarly: false })
    store.keep = ({ accessToken: _, ...rest }) => rest
    expect(await tokens.current()).toBe('access-token-1')
    expect(await tokens.current()).toBe('access-token-1')
  })

  it.each(['AUTH_SERVICE_UNREACHABLE', 'LOCK_TIMEOUT', 'DISCOVERY_FAILED', 'LOGIN_FAILED'] as const)(
    'uses a token that is still good when an early refresh fails with %s',
    async (code) => {
      const { tokens, exchange } = setUpAccessTokens({ now: 599_000 })
      exchange.failNext.push(failure(code))
      expect(await tokens.current()).toBe('access-token-0')
    },
  )

  it('fails when the token has expired and the AuthService is away, and keeps everything', async () => {
    const { tokens, exchange, store } = setUpAccessTokens({ now: 600_000 })
    exchange.failNext.push(failure('AUTH_SERVICE_UNREACHABLE'))
    await expect(tokens.current()).rejects.toMatchObject({ code: 'AUTH_SERVICE_UNREACHABLE' })
    expect(storedIn(store)).toEqual(testSession())
  })

  it('uses an access token that nothing can follow until its end', async () => {
    const { refreshToken: _, ...session } = testSession()
    expect(await setUpAccessTokens({ session, now: 599_000 }).tokens.current()).toBe('access-token-0')
    await expect(setUpAccessTokens({ session, now: 600_000 }).tokens.current()).rejects.toMatchObject({
      code: 'SESSION_EXPIRED',
    })
  })

  it('refuses a session for another API (100)', async () => {
    const { tokens } = setUpAccessTokens({ session: testSession({ resource: 'https://other.example.com' }) })
    await expect(tokens.current()).rejects.toMatchObject({ code: 'NOT_LOGGED_IN' })
  })

  it.each([
    [{ state: 'missing' }, 'SESSION_MISSING'],
    [{ state: 'unreadable', reason: 'it is cut' }, 'SESSION_UNREADABLE'],
    [{ state: 'newer', version: 2 }, 'STORE_NEWER'],
  ] as const)('says what is wrong with a store that holds %j', async (stored, code) => {
    const { tokens, store, exchange } = setUpAccessTokens()
    store.stored = stored
    await expect(tokens.current()).rejects.toMatchObject({ code })
    expect(exchange.exchanged).toEqual([])
  })
})

describe('replace', () => {
  it('exchanges under the lock of the session, and saves before it gives the token (100)', async () => {
    const { tokens, store, lock, exchange } = setUpAccessTokens()
    expect(await tokens.replace('access-token-0')).toBe('access-token-1')
    expect(exchange.exchanged).toEqual(['refresh-token-0'])
    expect(lock.held).toEqual(['lock-id-of-the-session'])
    expect(storedIn(store)).toMatchObject({ accessToken: 'access-token-1', refreshToken: 'refresh-token-1' })
  })

  it('locks a file by its place too', async () => {
    const store = Object.assign(createMemoryStore(testSession()), { kind: 'file', slot: 'file x' } as const)
    const { tokens, lock } = setUpAccessTokens({ store })
    await tokens.replace('access-token-0')
    expect(lock.held).toEqual(['file x', 'lock-id-of-the-session'])
  })

  it('makes one exchange for all who ask at once', async () => {
    const { tokens, exchange } = setUpAccessTokens()
    const asked = Array.from({ length: 50 }, () => tokens.replace('access-token-0'))
    expect(new Set(await Promise.all(asked))).toEqual(new Set(['access-token-1']))
    expect(exchange.exchanged).toHaveLength(1)
  })

  it('gives what this process already refreshed to who was refused with the token before', async () => {
    const { tokens, exchange } = setUpAccessTokens()
    await tokens.replace('access-token-0')
    expect(await tokens.replace('access-token-0')).toBe('access-token-1')
    expect(exchange.exchanged).toHaveLength(1)
  })

  it('adopts what another process refreshed while it waited for the lock', async () => {
    const { tokens, store, lock, exchange } = setUpAccessTokens()
    await tokens.current()
    lock.beforeJob = () => {
      store.stored = { state: 'present', session: testSession({ accessToken: 'theirs', refreshToken: 'rt' }) }
    }
    expect(await tokens.replace('access-token-0')).toBe('theirs')
    expect(exchange.exchanged).toEqual([])
  })

  it('does not adopt a token that has expired meanwhile', async () => {
    const { tokens, store, exchange } = setUpAccessTokens({ now: 700_000 })
    store.stored = { state: 'present', session: testSession({ accessToken: 'theirs', refreshToken: 'rt' }) }
    expect(await tokens.replace('access-token-0')).toBe('access-token-1')
    expect(exchange.exchanged).toEqual(['rt'])
  })

  it('starts from the store, never from memory', async () => {
    const { tokens, store, exchange } = setUpAccessTokens()
    await tokens.current()
    store.stored = { state: 'present', session: testSession({ refreshToken: 'refreshed-elsewhere' }) }
    await tokens.replace('access-token-0')
    expect(exchange.exchanged).toEqual(['refreshed-elsewhere'])
  })

  it('takes the lock of the session that lies there, when another login has replaced the one it knew', async () => {
    const { tokens, store, lock, exchange } = setUpAccessTokens()
    await tokens.current()
    const other = testSession({ lockId: 'lock-id-of-another-login', refreshToken: 'other' })
    store.stored = { state: 'present', session: other }
    expect(await tokens.replace('access-token-0')).toBe('access-token-1')
    expect(lock.held).toEqual(['lock-id-of-the-session', 'lock-id-of-another-login'])
    expect(exchange.exchanged).toEqual(['other'])
  })

  it('drops what it got when the stored refresh token is no longer the one that it exchanged', async () => {
    const { tokens, store, exchange } = setUpAccessTokens()
    exchange.before = async () => {
      store.stored = { state: 'present', session: testSession({ accessToken: 'theirs', refreshToken: 'rt' }) }
    }
    expect(await tokens.replace('access-token-0')).toBe('theirs')
    expect(storedIn(store).refreshToken).toBe('rt')
  })

  it('brings no session back that was ended while it exchanged', async () => {
    const { tokens, store, exchange } = setUpAccessTokens()
    exchange.before = async () => {
      store.stored = { state: 'missing' }
    }
    await expect(tokens.replace('access-token-0')).rejects.toMatchObject({ code: 'SESSION_MISSING' })
    expect(store.stored).toEqual({ state: 'missing' })
  })

  it('ends the session when its refresh token is refused', async () => {
    const { tokens, store, exchange } = setUpAccessTokens()
    exchange.failNext.push(failure('SESSION_EXPIRED'))
    await expect(tokens.replace('access-token-0')).rejects.toMatchObject({ code: 'SESSION_EXPIRED' })
    expect(store.stored).toEqual({ state: 'missing' })
  })

  it('never removes a session whose refresh token was not the one refused', async () => {
    const { tokens, store, exchange } = setUpAccessTokens()
    exchange.failNext.push(failure('SESSION_EXPIRED'))
    exchange.before = async () => {
      store.stored = { state: 'present', session: testSession({ accessToken: 'theirs', refreshToken: 'rt' }) }
    }
    expect(await tokens.replace('access-token-0')).toBe('theirs')
    expect(store.calls).not.toContain('remove')
  })

  it.each(['AUTH_SERVICE_UNREACHABLE', 'LOGIN_FAILED', 'DISCOVERY_FAILED'] as const)(
    'keeps the session when the exchange fails with %s',
    async (code) => {
      const { tokens, store, exchange } = setUpAccessTokens()
      exchange.failNext.push(failure(code))
      await expect(tokens.replace('access-token-0')).rejects.toMatchObject({ code })
      expect(storedIn(store)).toEqual(testSession())
    },
  )

  it('keeps a session without a refresh token, and says that it has ended', async () => {
    const { refreshToken: _, ...session } = testSession()
    const { tokens, store } = setUpAccessTokens({ session })
    await expect(tokens.replace('access-token-0')).rejects.toMatchObject({ code: 'SESSION_EXPIRED' })
    expect(storedIn(store)).toEqual(session)
  })

  it('exchanges nothing without the lock, and uses what its holder left', async () => {
    const { tokens, store, lock, exchange } = setUpAccessTokens()
    await tokens.current()
    lock.hold = async () => {
      throw failure('LOCK_TIMEOUT')
    }
    await expect(tokens.replace('access-token-0')).rejects.toMatchObject({ code: 'LOCK_TIMEOUT' })
    store.stored = { state: 'present', session: testSession({ accessToken: 'theirs' }) }
    expect(await tokens.replace('access-token-0')).toBe('theirs')
    expect(exchange.exchanged).toEqual([])
  })

  it('tells what happened, and nothing that is secret (53)', async () => {
    const { tokens, traced } = setUpAccessTokens()
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

describe('lasting', () => {
  it('gives the stored token and its end while it is good for long enough, without a lock', async () => {
    const { tokens, lock } = setUpAccessTokens()
    expect(await tokens.lasting(599)).toMatchObject({ accessToken: 'access-token-0', expiresAt: 600_000 })
    expect(lock.held).toEqual([])
  })

  it('refreshes when less is left, whether or not the profile refreshes early', async () => {
    for (const refreshEarly of [true, false]) {
      const { tokens, exchange } = setUpAccessTokens({ now: 100_000, refreshEarly })
      expect(await tokens.lasting(501)).toMatchObject({ accessToken: 'access-token-1', expiresAt: 700_000 })
      expect(exchange.exchanged).toHaveLength(1)
    }
  })

  it('gives no expired token, whether or not the profile refreshes early', async () => {
    const { tokens } = setUpAccessTokens({ now: 600_000, refreshEarly: false })
    expect(await tokens.lasting(0)).toMatchObject({ accessToken: 'access-token-1' })
  })

  it('fails when not even a new one is good for long enough, after one exchange that is stored', async () => {
    const { tokens, exchange, store } = setUpAccessTokens()
    await expect(tokens.lasting(601)).rejects.toMatchObject({ code: 'TOKEN_TOO_SHORT' })
    expect(exchange.exchanged).toHaveLength(1)
    expect(storedIn(store)).toMatchObject({ accessToken: 'access-token-1', refreshToken: 'refresh-token-1' })
  })

  it('fails with what is in the way when it has to refresh and can not', async () => {
    const { tokens, exchange } = setUpAccessTokens({ now: 100_000 })
    exchange.failNext.push(failure('AUTH_SERVICE_UNREACHABLE'))
    await expect(tokens.lasting(500)).rejects.toMatchObject({ code: 'AUTH_SERVICE_UNREACHABLE' })
  })

  it('gives a token that is good for long enough when an early refresh fails', async () => {
    const { tokens, exchange } = setUpAccessTokens({ now: 550_000 })
    exchange.failNext.push(failure('AUTH_SERVICE_UNREACHABLE'))
    expect(await tokens.lasting(49)).toMatchObject({ accessToken: 'access-token-0' })
  })

  it('does not take from another process what is not good for long enough', async () => {
    const { tokens, store, exchange } = setUpAccessTokens({ now: 100_000 })
    await tokens.current()
    store.stored = { state: 'present', session: testSession({ accessToken: 'theirs', refreshToken: 'rt' }) }
    expect(await tokens.lasting(501)).toMatchObject({ accessToken: 'access-token-1' })
    expect(exchange.exchanged).toEqual(['rt'])
  })

  it('promises nothing of a token whose end nobody said', async () => {
    const { expiresAt: _, ...session } = testSession()
    const { tokens } = setUpAccessTokens({ session })
    expect(await tokens.lasting(0)).toMatchObject({ accessToken: 'access-token-0' })
    await expect(tokens.lasting(1)).rejects.toMatchObject({ code: 'TOKEN_TOO_SHORT' })
  })

  it('does not end a session that nothing can follow before its time', async () => {
    const { refreshToken: _, ...session } = testSession()
    const { tokens } = setUpAccessTokens({ session, now: 100_000 })
    expect(await tokens.lasting(499)).toMatchObject({ accessToken: 'access-token-0' })
    await expect(tokens.lasting(500)).rejects.toMatchObject({ code: 'TOKEN_TOO_SHORT' })
  })
})
