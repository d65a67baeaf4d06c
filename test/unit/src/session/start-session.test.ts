import { describe, expect, it } from 'vitest'
import type { Session } from '../../../../src/session/session.js'
import type { SetAside, StoredSession } from '../../../../src/session/session-store.js'
import { startSession } from '../../../../src/session/start-session.js'
import { createMemoryStore } from '../../../support/session/memory-store.js'
import { createTestLock } from '../../../support/session/test-lock.js'
import { testSession } from '../../../support/session/test-session.js'

const NEW = testSession({ lockId: 'lock-id-of-the-new-one', refreshToken: 'new', accessToken: 'new' })

function setUp(before?: Session) {
  return {
    store: createMemoryStore(before),
    lock: createTestLock(),
    trace: () => {},
    remember: async () => {},
    onSetAside: () => {},
  }
}

describe('startSession', () => {
  it('stores the session and reads it back, under the lock of its place', async () => {
    const dependencies = setUp()
    expect(await startSession(dependencies, NEW)).toEqual({})
    expect(dependencies.store.stored).toEqual({ state: 'present', session: NEW })
    expect(dependencies.store.calls).toEqual(['read', 'write', 'read'])
    expect(dependencies.lock.held).toEqual(['memory'])
  })

  it('gives back the session that it replaced, and holds that one’s lock too', async () => {
    const dependencies = setUp(testSession())
    expect(await startSession(dependencies, NEW)).toEqual({ replaced: testSession() })
    expect(dependencies.lock.held).toEqual(['memory', 'lock-id-of-the-session'])
  })

  it('gives back the replaced session as somebody refreshed it while it waited', async () => {
    const dependencies = setUp(testSession())
    const refreshed = testSession({ refreshToken: 'refreshed-meanwhile' })
    dependencies.lock.beforeJob = () => {
      dependencies.store.stored = { state: 'present', session: refreshed }
    }
    expect(await startSession(dependencies, NEW)).toEqual({ replaced: refreshed })
  })

  it('sets aside what can not be read, and says so once', async () => {
    const told: SetAside[] = []
    const dependencies = { ...setUp(), onSetAside: (setAside: SetAside) => void told.push(setAside) }
    dependencies.store.stored = { state: 'unreadable', reason: 'it is cut' }
    expect(await startSession(dependencies, NEW)).toEqual({})
    expect(dependencies.store.stored).toMatchObject({ state: 'present' })
    expect(dependencies.store.aside).toMatchObject({ reason: 'it is cut' })
    expect(told).toEqual([{ from: 'the memory', reason: 'it is cut', place: 'the memory (set aside)' }])
  })

  it('leaves the session of a newer authcli alone', async () => {
    const dependencies = setUp()
    dependencies.store.stored = { state: 'newer', version: 2 }
    await expect(startSession(dependencies, NEW)).rejects.toMatchObject({ code: 'STORE_NEWER' })
    expect(dependencies.store.calls).not.toContain('write')
  })

  it('takes it for stored when only the access token did not fit', async () => {
    const dependencies = setUp()
    dependencies.store.keep = ({ accessToken: _, ...rest }) => rest
    expect(await startSession(dependencies, NEW)).toEqual({})
  })

  it.each([
    ['nothing', (session: Session) => ({ ...session, refreshToken: 'cut' })],
    ['another session', () => testSession()],
  ])('does not believe a store that gives back %s', async (_what, keep) => {
    const dependencies = setUp()
    dependencies.store.keep = keep
    await expect(startSession(dependencies, NEW)).rejects.toMatchObject({ code: 'STORE_FAILED' })
  })

  it('of two logins at once lets the second know of the first, and remembers the one that stays', async () => {
    const remembered: string[] = []
    const store = createMemoryStore()
    const turns = new Map()
    const start = (session: Session) =>
      startSession(
        {
          store,
          lock: createTestLock(turns),
          trace: () => {},
          onSetAside: () => {},
          // The one that begins first takes longer to be remembered.
          remember: async ({ lockId }) => {
            if (session !== NEW) await new Promise((resolve) => setImmediate(resolve))
            remembered.push(lockId)
          },
        },
        session,
      )
    const results = await Promise.all([start(testSession()), start(NEW)])
    expect(results).toEqual([{}, { replaced: testSession() }])
    expect(remembered.at(-1)).toBe(NEW.lockId)
    expect(store.stored).toEqual({ state: 'present', session: NEW })
  })

  it.each<[string, StoredSession]>([
    ['the session before', { state: 'present', session: testSession() }],
    ['nothing', { state: 'missing' }],
  ])('that can not be remembered leaves %s', async (_what, before) => {
    const dependencies = setUp()
    dependencies.store.stored = before
    const remember = async () => {
      throw new Error('the disk is full')
    }
    await expect(startSession({ ...dependencies, remember }, NEW)).rejects.toThrow('the disk is full')
    expect(dependencies.store.stored).toEqual(before)
  })

  it('that can not be stored leaves what it could not read set aside', async () => {
    const dependencies = setUp()
    dependencies.store.stored = { state: 'unreadable', reason: 'it belongs to another issuer' }
    dependencies.store.failNext.write = new Error('the disk is full')
    await expect(startSession(dependencies, NEW)).rejects.toThrow('the disk is full')
    expect(dependencies.store.stored).toEqual({ state: 'missing' })
    expect(dependencies.store.aside).toMatchObject({ state: 'unreadable' })
  })
})
