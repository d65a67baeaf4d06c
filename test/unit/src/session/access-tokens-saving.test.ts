import { describe, expect, it } from 'vitest'
import { createMemoryStore } from '../../../support/session/memory-store.js'
import { failure, setUpAccessTokens, storedIn } from '../../../support/session/test-access-tokens.js'
import { createTestLock } from '../../../support/session/test-lock.js'
import { testSession } from '../../../support/session/test-session.js'

describe('a refreshed session that could not be stored', () => {
  it.each(['write', 'read'] as const)(
    'is used for this run, and said, when the store fails to %s',
    async (call) => {
      const { tokens, store, exchange, warnings } = setUpAccessTokens()
      await tokens.current()
      exchange.before = async () => {
        store.failNext[call] = failure('KEYCHAIN_UNAVAILABLE')
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
    const { tokens, store, exchange } = setUpAccessTokens()
    store.failNext.write = failure('STORE_FAILED')
    await tokens.replace('access-token-0')
    expect(await tokens.replace('access-token-1')).toBe('access-token-2')
    expect(exchange.exchanged).toEqual(['refresh-token-0', 'refresh-token-1'])
    expect(storedIn(store).refreshToken).toBe('refresh-token-2')
  })

  it('is never spent while it still can not be stored', async () => {
    const { tokens, store, exchange } = setUpAccessTokens()
    store.failNext.write = failure('STORE_FAILED')
    await tokens.replace('access-token-0')
    store.failNext.write = failure('STORE_FAILED')
    await expect(tokens.replace('access-token-1')).rejects.toMatchObject({ code: 'STORE_FAILED' })
    expect(exchange.exchanged).toEqual(['refresh-token-0'])
  })

  it('is forgotten when somebody else has refreshed the stored one meanwhile', async () => {
    const { tokens, store, exchange } = setUpAccessTokens()
    store.failNext.write = failure('STORE_FAILED')
    await tokens.replace('access-token-0')
    store.stored = { state: 'present', session: testSession({ accessToken: 'theirs', refreshToken: 'rt' }) }
    expect(await tokens.replace('access-token-1')).toBe('theirs')
    expect(exchange.exchanged).toEqual(['refresh-token-0'])
  })
})

describe('a wish to end', () => {
  it('waits until what was exchanged is stored (100)', async () => {
    const { tokens, store, exchange, wish, interruption } = setUpAccessTokens()
    let storedAtEnd: unknown
    interruption.signal.addEventListener('abort', () => {
      storedAtEnd = structuredClone(store.stored)
    })
    exchange.before = async () => wish.abort()
    await tokens.replace('access-token-0')
    expect(storedAtEnd).toMatchObject({ session: { refreshToken: 'refresh-token-1' } })
  })

  it('lets no exchange begin', async () => {
    const { tokens, exchange, wish } = setUpAccessTokens()
    await tokens.current()
    wish.abort(failure('INTERRUPTED'))
    await expect(tokens.replace('access-token-0')).rejects.toMatchObject({ code: 'INTERRUPTED' })
    expect(exchange.exchanged).toEqual([])
  })
})

describe('many processes', () => {
  it('make one exchange between them', async () => {
    const store = createMemoryStore(testSession())
    const turns = new Map()
    const all = Array.from({ length: 20 }, () => setUpAccessTokens({ store, lock: createTestLock(turns) }))
    const tokens = await Promise.all(all.map(({ tokens }) => tokens.replace('access-token-0')))
    expect(new Set(tokens).size).toBe(1)
    expect(all.flatMap(({ exchange }) => exchange.exchanged)).toEqual(['refresh-token-0'])
  })
})
