import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { formatSession } from '../../../src/session/session-text.js'
import { keychainAccounts, putKeychainItem } from '../../support/keychain-accounts.js'
import { readKeychainItem } from '../../support/keychain-items.js'
import { type Keyring, startKeyring } from '../../support/keyring.js'
import { startProgram } from '../../support/processes.js'
import { type KeychainLogin, logInToKeychain } from '../../support/session/keychain-login.js'
import { TEST_ISSUER, testSession } from '../../support/session/test-session.js'
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.js'

const ACCOUNT = `default ${TEST_ISSUER}`
const ASIDE = `${ACCOUNT} (set aside)`

let keyring: Keyring
beforeAll(async () => {
  keyring = await startKeyring()
})
afterAll(() => keyring.stop())

let folder: TemporaryFolder
let login: KeychainLogin
beforeEach(async () => {
  folder = makeTemporaryFolder('set-aside')
  login = await logInToKeychain(folder.path, keyring.env)
})
afterEach(() => folder.remove())

async function authcli(...args: string[]) {
  const program = startProgram('authcli', args, { env: login.env, input: '' })
  return { ...(await program.exited), ...program.output }
}

const SPOILED: [string, Buffer][] = [
  ['empty', Buffer.alloc(0)],
  ['truncated', Buffer.from(formatSession(testSession()).slice(0, -20))],
  ['of another program', Buffer.from('hunter2')],
  ['of another issuer', Buffer.from(formatSession(testSession({ issuer: 'https://other.example.com' })))],
  ['oversized', Buffer.from(formatSession(testSession({ scope: 'x'.repeat(70_000) })))],
  ['larger than what is read at all', Buffer.alloc(2 * 1_048_576, 'x')],
  ['no text', Buffer.from([0xff, 0xfe, 0x0a])],
]

describe.each(SPOILED)('a keychain item that is %s', (_what, bytes) => {
  it('is set aside, reported once with a way out, and gives way to the next (100)', async () => {
    for (const command of ['status', 'get-items']) {
      login = await logInToKeychain(folder.path, keyring.env)
      await putKeychainItem(keyring.env, ACCOUNT, bytes)
      const { code, stdout, stderr } = await authcli(command)
      expect({ code, stdout }).toEqual({ code: 4, stdout: '' })
      expect(stderr).toMatch(
        /^authcli: the session in the keychain can't be read: [^;]+; it was set aside as /,
      )
      expect(stderr).toContain(`set aside as authcli/${ASIDE}\nauthcli: hint: run \`authcli login\`\n`)
      expect(await keychainAccounts(keyring.env)).toEqual([ASIDE])
      expect(login.profile()).not.toHaveProperty('account')
    }
  })
})

describe('a keychain item that can not be read', () => {
  beforeEach(() => putKeychainItem(keyring.env, ACCOUNT, Buffer.from('hunter2')))

  it('is kept as it is', async () => {
    await authcli('status')
    expect(readKeychainItem(keyring.env, ASIDE)).toBe('hunter2')
  })

  it('does not stand in the way of a logout', async () => {
    const { code, stderr } = await authcli('logout')
    expect(code).toBe(0)
    expect(stderr).toContain('it was set aside as')
    expect(login.profile()).not.toHaveProperty('account')
  })

  it('does not stand in the way of a session that is moved there', async () => {
    login = await logInToKeychain(folder.path, keyring.env)
    await authcli('session', 'move', '--to', 'file', '--insecure-plaintext')
    await putKeychainItem(keyring.env, ACCOUNT, Buffer.from('hunter2'))
    const moved = await authcli('session', 'move', '--to', 'keychain')
    expect(moved.code).toBe(0)
    expect(moved.stderr).toContain('it was set aside as')
    expect(await authcli('status')).toMatchObject({ code: 0, stderr: '' })
    expect(await keychainAccounts(keyring.env)).toEqual([ACCOUNT, ASIDE])
  })
})

describe('a keychain item of a newer authcli', () => {
  it.each(['status', 'get-items', 'logout', 'session move --to file --insecure-plaintext'])(
    'is left where it is, and as it is, by %s',
    async (command) => {
      const newer = Buffer.from(`{"version":2,"tokens":"${'x'.repeat(70_000)}"}`)
      await putKeychainItem(keyring.env, ACCOUNT, newer)
      const { code, stderr } = await authcli(...command.split(' '))
      expect(code).toBe(1)
      expect(stderr).toContain('was written by a newer authcli')
      expect(readKeychainItem(keyring.env, ACCOUNT)).toBe(newer.toString())
      expect(login.profile()).toHaveProperty('account')
    },
  )
})
