import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Edges } from '../../../src/cli/run-dependencies.js'
import { openSessionStore } from '../../../src/session/open-session-store.js'
import { useDoubles } from '../../support/cli/doubles.js'
import { configurationOf } from '../../support/cli/home-files.js'
import { logIn } from '../../support/cli/logged-in.js'
import { runAuthcli } from '../../support/cli/run-authcli.js'
import { createMemoryStore } from '../../support/session/memory-store.js'
import { failure, storedIn } from '../../support/session/test-access-tokens.js'
import { testSession } from '../../support/session/test-session.js'

const doubles = useDoubles()

/** Somebody logged in, with the session in a file, and a keychain in memory beside it. */
async function setUp() {
  const keychain = Object.assign(createMemoryStore(), { place: 'the keychain', slot: 'keychain' })
  const openStore: Edges['openStore'] = (dependencies, options) =>
    options.kind === 'keychain' ? keychain : openSessionStore(dependencies, options)
  await logIn(doubles.home, doubles.api.resource)
  const authcli = (...args: string[]) => runAuthcli(doubles.home, args, { edges: { openStore } })
  const file = join(doubles.home.path, '.local/state/authcli/sessions/default.json')
  return { keychain, authcli, file, profile: () => configurationOf(doubles.home).profiles['default'] }
}

describe('authcli session move', () => {
  it('moves the session, and says where it is now', async () => {
    const { authcli, keychain, file, profile } = await setUp()
    const run = await authcli('session', 'move', '--to', 'keychain')
    expect(run).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: '✓ moved the session of demo\n  It is in the keychain now.\n',
    })
    expect(storedIn(keychain).refreshToken).toBe('refresh-token-1')
    expect(existsSync(file)).toBe(false)
    expect(profile()).toMatchObject({ store: 'keychain', account: 'demo' })
    expect(profile()).not.toHaveProperty('leftover')
  })

  it.each([
    ['--to none', 'a session can not be moved to nowhere', 'authcli logout'],
    ['--to drawer', 'there is no store "drawer"', '--store keychain'],
    ['--to keychain --insecure-plaintext', '--insecure-plaintext is about the file store only', ''],
    ['', "required option '--to <kind>' not specified", ''],
  ])('refuses %s', async (args, message, hint) => {
    const { authcli, keychain } = await setUp()
    const run = await authcli('session', 'move', ...args.split(' ').filter(Boolean))
    expect(run.exitCode).toBe(2)
    expect(run.stderr).toContain(message)
    expect(run.stderr).toContain(hint)
    expect(keychain.calls).toEqual([])
  })

  it('has nothing to do where the session is there already', async () => {
    const { authcli, file } = await setUp()
    const run = await authcli('session', 'move', '--to', 'file')
    expect(run).toMatchObject({ exitCode: 0, stderr: `the session is in ${file} already\n` })
  })

  it('ends another session that lay in the new place', async () => {
    const { authcli, keychain } = await setUp()
    const { issuer } = doubles.authService
    const other = testSession({ issuer, lockId: 'lock-id-of-the-other-one', refreshToken: 'other' })
    keychain.stored = { state: 'present', session: other }
    expect(await authcli('session', 'move', '--to', 'keychain')).toMatchObject({ exitCode: 0 })
    expect(doubles.authService.revocationRequests.map((body) => body.get('token'))).toEqual(['other'])
  })

  it('sets aside what can not be read in the new place', async () => {
    const { authcli, keychain } = await setUp()
    keychain.stored = { state: 'unreadable', reason: 'it is cut' }
    const run = await authcli('session', 'move', '--to', 'keychain')
    expect(run.exitCode).toBe(0)
    expect(run.stderr).toContain("the session in the keychain can't be read: it is cut; it was set aside as")
  })

  it('leaves the session where it is when the new place does not take it', async () => {
    const { authcli, keychain, file, profile } = await setUp()
    keychain.failNext.write = failure('KEYCHAIN_UNAVAILABLE')
    expect(await authcli('session', 'move', '--to', 'keychain')).toMatchObject({ exitCode: 1 })
    expect(existsSync(file)).toBe(true)
    expect(profile()).toMatchObject({ store: 'file' })
    expect(profile()).not.toHaveProperty('leftover')
    expect(await authcli('get-items', '--json')).toMatchObject({ exitCode: 0 })
  })
})

describe('a copy that stayed in the old place', () => {
  async function setUpCopy() {
    const setup = await setUp()
    await setup.authcli('session', 'move', '--to', 'keychain')
    setup.keychain.failNext.remove = failure('KEYCHAIN_UNAVAILABLE')
    const run = await setup.authcli('session', 'move', '--to', 'file')
    expect(run).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining('a copy is still in the keychain'),
    })
    expect(setup.profile()).toMatchObject({ store: 'file', leftover: 'keychain' })
    return setup
  }

  it.each(['get-items', 'status', 'logout', 'logout --all-profiles', 'profile remove default'])(
    'is removed by the next command: %s',
    async (command) => {
      const { authcli, keychain, profile } = await setUpCopy()
      expect(await authcli(...command.split(' '))).toMatchObject({ exitCode: 0 })
      expect(keychain.stored).toEqual({ state: 'missing' })
      if (command !== 'profile remove default') expect(profile()).not.toHaveProperty('leftover')
    },
  )

  it('is removed by the next login', async () => {
    const { keychain, profile } = await setUpCopy()
    const openStore: Edges['openStore'] = (dependencies, options) =>
      options.kind === 'keychain' ? keychain : openSessionStore(dependencies, options)
    await logIn(doubles.home, doubles.api.resource, [], { edges: { openStore } })
    expect(keychain.stored).toEqual({ state: 'missing' })
    expect(profile()).not.toHaveProperty('leftover')
  })

  it('that can not be removed now is told, and holds nobody up', async () => {
    const { authcli, keychain, profile } = await setUpCopy()
    keychain.failNext.read = failure('KEYCHAIN_UNAVAILABLE')
    const run = await authcli('get-items', '--json')
    expect(run.exitCode).toBe(0)
    expect(run.stderr).toContain('a copy of the session may still be in the keychain')
    expect(profile()).toHaveProperty('leftover')
  })
})
