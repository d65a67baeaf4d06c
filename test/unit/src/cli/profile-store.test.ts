import { describe, expect, it } from 'vitest'
import type { CommandContext } from '../../../../src/cli/command-context.js'
import type { Profile } from '../../../../src/cli/configuration.js'
import { openProfileStore } from '../../../../src/cli/profile-store.js'
import { createMemoryStore } from '../../../support/session/memory-store.js'
import { TEST_ISSUER, TEST_RESOURCE, testSession } from '../../../support/session/test-session.js'

const PROFILE: Profile = {
  api: TEST_RESOURCE,
  issuer: TEST_ISSUER,
  clientId: 'authcli',
  scope: 'openid',
  store: 'keychain',
  refreshEarly: true,
  account: 'demo',
}

/** A keychain with the session, a file without one, and a profile that a test changes meanwhile. */
function setUp() {
  const stores = {
    keychain: Object.assign(createMemoryStore(testSession()), { slot: 'the slot of the keychain' }),
    file: Object.assign(createMemoryStore(), { place: 'the file', slot: 'the slot of the file' }),
  }
  const remembered: { profile: Profile | undefined } = { profile: PROFILE }
  const read = async () => ({
    current: 'default',
    profiles: new Map(remembered.profile && [['default', remembered.profile]]),
  })
  const store = openProfileStore(
    { configurationFile: { read } } as unknown as CommandContext,
    { openStore: ({ kind }) => stores[kind === 'file' ? 'file' : 'keychain'] },
    'default',
    PROFILE,
  )
  const move = () => {
    stores.file.stored = { state: 'present', session: testSession({ accessToken: 'moved' }) }
    stores.keychain.stored = { state: 'missing' }
    remembered.profile = { ...PROFILE, store: 'file' }
  }
  return { store, stores, remembered, move }
}

describe('the store of a profile', () => {
  it('is where the profile says', async () => {
    const { store } = setUp()
    expect(await store.read()).toEqual({ state: 'present', session: testSession() })
    expect(store.place).toBe('the memory')
  })

  it('goes with the session when it is moved, and then changes it there', async () => {
    const { store, stores, move } = setUp()
    await store.read()
    move()
    expect(await store.read()).toMatchObject({ session: { accessToken: 'moved' } })
    expect([store.place, store.slot]).toEqual(['the file', 'the slot of the file'])
    await store.write(testSession({ accessToken: 'refreshed' }))
    expect(stores.file.stored).toMatchObject({ session: { accessToken: 'refreshed' } })
    expect(stores.keychain.stored).toEqual({ state: 'missing' })
    await store.remove()
    expect(stores.file.stored).toEqual({ state: 'missing' })
  })

  it('is asked before a copy that was left behind: the profile says which one counts', async () => {
    const { store, stores, move } = setUp()
    move()
    stores.keychain.stored = { state: 'present', session: testSession({ accessToken: 'left behind' }) }
    expect(await store.read()).toMatchObject({ session: { accessToken: 'moved' } })
  })

  it('is found when the session is moved between a look at the profile and at the store', async () => {
    const { store, stores, move } = setUp()
    const { read } = stores.keychain
    stores.keychain.read = async () => {
      move()
      return await read()
    }
    expect(await store.read()).toMatchObject({ session: { accessToken: 'moved' } })
  })

  it.each<[string, Profile | undefined]>([
    ['is logged out', { ...PROFILE, account: undefined } as unknown as Profile],
    ['is gone', undefined],
    ['is of another issuer', { ...PROFILE, issuer: 'https://other.example.com', store: 'file' }],
  ])('stays when the profile %s', async (_what, profile) => {
    const { store, remembered, move } = setUp()
    move()
    remembered.profile = profile
    expect(await store.read()).toEqual({ state: 'missing' })
    expect(store.place).toBe('the memory')
  })

  it('sets aside what can not be read where the session is now', async () => {
    const { store, stores, move } = setUp()
    await store.read()
    move()
    stores.file.stored = { state: 'unreadable', reason: 'it is cut' }
    await store.read()
    expect(await store.setAside()).toMatchObject({ from: 'the file' })
  })
})
