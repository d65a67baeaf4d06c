import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { AuthcliError } from '../../../../src/errors.js'
import { ItemTooLarge, type Keychain, type KeychainWait } from '../../../../src/session/keychain.js'
import { createKeychainStore, type KeychainStoreOptions } from '../../../../src/session/keychain-store.js'
import { formatSession } from '../../../../src/session/session-text.js'
import { TEST_ISSUER, testSession } from '../../../support/session/test-session.js'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** A keychain in memory whose calls a test can hold up. */
function createTestKeychain() {
  const items = new Map<string, string>()
  const keychain = {
    service: 'authcli',
    items,
    during: async (_wait: KeychainWait) => {},
    read: async (name: string, wait: KeychainWait) => {
      await keychain.during(wait)
      return items.get(name)
    },
    write: async (name: string, text: string, wait: KeychainWait) => {
      await keychain.during(wait)
      items.set(name, text)
    },
    remove: async (name: string, wait: KeychainWait) => {
      await keychain.during(wait)
      items.delete(name)
    },
    rename: async (name: string, newName: string, wait: KeychainWait) => {
      await keychain.during(wait)
      items.set(newName, items.get(name) ?? '')
      items.delete(name)
    },
    prepare: async (wait: KeychainWait) => await keychain.during(wait),
  }
  return keychain satisfies Keychain
}

function setUp(options: Partial<KeychainStoreOptions> = {}) {
  const keychain = createTestKeychain()
  const said: string[] = []
  const controller = new AbortController()
  const store = createKeychainStore(
    { keychain, talk: { say: (line) => said.push(line) }, signal: controller.signal },
    { profile: 'work', issuer: TEST_ISSUER, limitSeconds: 60, ...options },
  )
  return { store, keychain, said, controller }
}

/** A call that never ends by itself. */
function hang({ signal }: KeychainWait): Promise<void> {
  return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
}

describe('a keychain store', () => {
  it('keeps a session in one item named after profile and issuer (100)', async () => {
    const { store, keychain } = setUp()
    await store.write(testSession())
    expect([...keychain.items]).toEqual([[`work ${TEST_ISSUER}`, formatSession(testSession())]])
    expect(await store.read()).toEqual({ state: 'present', session: testSession() })
    await store.remove()
    expect(await store.read()).toEqual({ state: 'missing' })
  })

  it.each([
    ['for sure, where nothing is locked', async () => false, { state: 'missing', isCertain: true }],
    ['where a lock may hide it', async () => true, { state: 'missing' }],
    ['where the system does not tell', undefined, { state: 'missing' }],
  ])('has nothing %s', async (_what, isLocked, stored) => {
    const { store, keychain } = setUp()
    if (isLocked !== undefined) Object.assign(keychain, { isLocked })
    expect(await store.read()).toEqual(stored)
  })

  it('does not take what another program put there for a session', async () => {
    const { store, keychain } = setUp()
    keychain.items.set(`work ${TEST_ISSUER}`, 'hunter2')
    expect(await store.read()).toMatchObject({ state: 'unreadable' })
  })

  it('sets aside what is no session, in place of what was set aside before (100)', async () => {
    const { store, keychain } = setUp()
    for (const text of ['first', 'second']) {
      keychain.items.set(`work ${TEST_ISSUER}`, text)
      expect(await store.setAside()).toEqual({
        from: 'the keychain',
        reason: 'it is not what authcli wrote',
        place: `authcli/work ${TEST_ISSUER} (set aside)`,
      })
    }
    expect([...keychain.items]).toEqual([[`work ${TEST_ISSUER} (set aside)`, 'second']])
  })

  it.each([
    ['nothing', undefined],
    ['a session', formatSession(testSession())],
    ['a session of a newer authcli', '{"version":2}'],
    ['a newer one, however large', `{"version":2,"more":"${'x'.repeat(70_000)}"}`],
  ])('leaves %s where it is', async (_what, text) => {
    const { store, keychain } = setUp()
    if (text !== undefined) keychain.items.set(`work ${TEST_ISSUER}`, text)
    expect(await store.setAside()).toBeUndefined()
    expect([...keychain.items.keys()]).toEqual(text === undefined ? [] : [`work ${TEST_ISSUER}`])
  })

  it('takes what is too large to be read for no session', async () => {
    const { store, keychain } = setUp()
    keychain.during = async () => {
      throw new ItemTooLarge()
    }
    expect(await store.read()).toEqual({ state: 'unreadable', reason: 'it is too large to be a session' })
  })

  it('refuses a name with a NUL character, where a keychain would cut it', async () => {
    const { store, keychain } = setUp({ profile: 'work\0' })
    await expect(store.write(testSession())).rejects.toMatchObject({ code: 'STORE_FAILED' })
    expect(keychain.items.size).toBe(0)
  })
})

describe('an item that holds little', () => {
  const whole = Buffer.byteLength(formatSession(testSession()))

  it('gets all of a session that fits exactly', async () => {
    const { store } = setUp({ maxItemBytes: whole })
    await store.write(testSession())
    expect(await store.read()).toEqual({ state: 'present', session: testSession() })
  })

  it('gets a session without its access token when that does not fit, and nothing cut', async () => {
    const { store } = setUp({ maxItemBytes: whole - 1 })
    await store.write(testSession())
    const { accessToken: _, ...rest } = testSession()
    expect(await store.read()).toEqual({ state: 'present', session: rest })
  })

  it('gets nothing when the rest does not fit either', async () => {
    const { store, keychain } = setUp({ maxItemBytes: 2560 })
    const session = testSession({ refreshToken: 'x'.repeat(2560) })
    await expect(store.write(session)).rejects.toMatchObject({
      code: 'STORE_FAILED',
      message:
        "the keychain can't keep the session: this system's keychain holds 2560 bytes an item, and it has more",
    })
    expect(keychain.items.size).toBe(0)
  })

  it('counts bytes, not characters', async () => {
    const session = testSession({ account: { subject: 's', name: 'ü'.repeat(1200) } })
    await expect(setUp({ maxItemBytes: 2560 }).store.write(session)).rejects.toMatchObject({
      code: 'STORE_FAILED',
    })
  })
})

describe('a keychain that does not answer', () => {
  it.each(['read', 'remove', 'prepare', 'write'] as const)('ends a %s within its limit', async (call) => {
    const { store, keychain, said } = setUp()
    keychain.during = hang
    const called = store[call](testSession())
    const failed = expect(called).rejects.toMatchObject({
      code: 'KEYCHAIN_UNAVAILABLE',
      message: 'the keychain did not answer within 60 seconds',
      hint: expect.stringContaining('--store file'),
    })
    await vi.advanceTimersByTimeAsync(999)
    expect(said).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    expect(said).toEqual(['waiting for the keychain to answer'])
    await vi.advanceTimersByTimeAsync(59_000)
    await failed
  })

  it('says when it is a person for whom it waits', async () => {
    const { store, keychain, said } = setUp({ limitSeconds: 5 })
    keychain.during = (wait) => {
      wait.onPrompt()
      return hang(wait)
    }
    const failed = expect(store.read()).rejects.toMatchObject({
      message: 'the keychain was not unlocked within 5 seconds',
    })
    await vi.advanceTimersByTimeAsync(5000)
    await failed
    expect(said).toEqual(['waiting for the keychain to be unlocked'])
  })

  it('ends at once with the reason of the wish to end', async () => {
    const { store, keychain, controller } = setUp()
    keychain.during = hang
    const failed = expect(store.read()).rejects.toMatchObject({ code: 'INTERRUPTED' })
    controller.abort(new AuthcliError('INTERRUPTED', 'interrupted'))
    await failed
    await expect(store.read()).rejects.toMatchObject({ code: 'INTERRUPTED' })
  })

  it('says nothing, and leaves no timer, when it answers soon', async () => {
    const { store, said } = setUp()
    await store.read()
    expect(vi.getTimerCount()).toBe(0)
    expect(said).toEqual([])
  })
})
