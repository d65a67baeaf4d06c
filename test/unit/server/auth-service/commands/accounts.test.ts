import { Readable } from 'node:stream'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Input } from '../../../../../server/auth-service/edges.js'
import { createPasswords, loadArgon2id } from '../../../../../server/auth-service/passwords.js'
import { findAccountByUsername } from '../../../../../server/auth-service/store/accounts.js'
import {
  findBrowserSession,
  insertBrowserSession,
} from '../../../../../server/auth-service/store/browser-sessions.js'
import { insertClient } from '../../../../../server/auth-service/store/clients.js'
import { findGrant, insertGrant } from '../../../../../server/auth-service/store/grants.js'
import { runCommand } from '../../../../support/auth-service/command-line.js'
import { openTestStore, type TestStore } from '../../../../support/auth-service/test-store.js'

let store: TestStore
beforeEach(async () => {
  store = await openTestStore()
})
afterEach(() => store.remove())

const accounts = (argv: readonly string[], input = '') =>
  runCommand(['accounts', ...argv], { input, env: { AUTH_SERVICE_DATABASE: store.path } })

const PASSWORD = 'correct horse'

test('adds an account whose password came from stdin', async () => {
  const { code, stdout } = await accounts(
    ['add', 'Ada', '--name', 'Ada Lovelace', '--email', 'ada@example.org'],
    `${PASSWORD}\n`,
  )
  expect(code).toBe(0)
  expect(stdout).toMatch(
    /^USERNAME +NAME +EMAIL +STATE +ID\nada +Ada Lovelace +ada@example\.org +active +\S+\n$/,
  )
  expect(stdout).not.toContain(PASSWORD)
  const account = await findAccountByUsername(store.read, 'ada')
  const passwords = await createPasswords(await loadArgon2id())
  expect(await passwords.verify(account?.password_hash, PASSWORD)).toBe(true)
})

test('takes an operator’s word for whose address it is, and only then (87)', async () => {
  await accounts(['add', 'ada', '--email', 'ada@example.org', '--email-verified'], PASSWORD)
  await accounts(['add', 'bob', '--email', 'bob@example.org'], PASSWORD)
  const verifiedAt = async (username: string) =>
    (await findAccountByUsername(store.read, username))?.email_verified_at
  expect(await verifiedAt('ada')).toEqual(expect.any(Number))
  expect(await verifiedAt('bob')).toBeNull()
  expect(await accounts(['add', 'eve', '--email-verified'], PASSWORD)).toMatchObject({ code: 1 })
})

test('takes the first line of stdin for the password, without its end', async () => {
  await accounts(['add', 'ada'], `${PASSWORD}\r\nsomething else\n`)
  const account = await findAccountByUsername(store.read, 'ada')
  const passwords = await createPasswords(await loadArgon2id())
  expect(await passwords.verify(account?.password_hash, PASSWORD)).toBe(true)
})

test('takes no password from the arguments (53)', async () => {
  const { code, stderr } = await accounts(['add', 'ada', '--password', PASSWORD])
  expect(code).toBe(2)
  expect(stderr).toContain("unknown option '--password'")
  expect((await accounts(['add', 'ada', PASSWORD])).code).toBe(2)
})

test.each([
  ['short', 'a password has at least 8 characters'],
  ['', 'a password has at least 8 characters'],
  ['x'.repeat(1_025), 'a password has at most 1024 bytes'],
])('refuses a password that is too short or too long', async (password, message) => {
  expect(await accounts(['add', 'ada'], password)).toEqual({
    code: 1,
    stdout: '',
    stderr: `auth-service: ${message}\n`,
  })
  expect(await findAccountByUsername(store.read, 'ada')).toBeUndefined()
})

test('refuses a username that is taken, however it is written', async () => {
  await accounts(['add', 'ada'], PASSWORD)
  expect(await accounts(['add', ' ADA '], PASSWORD)).toEqual({
    code: 1,
    stdout: '',
    stderr: 'auth-service: the username ada is taken\n',
  })
})

test('refuses a username that somebody else takes while the password is typed', async () => {
  const stdin = Readable.from(
    (async function* () {
      await accounts(['add', 'ada'], PASSWORD)
      yield PASSWORD
    })(),
  ) as unknown as Input
  const env = { AUTH_SERVICE_DATABASE: store.path }
  expect(await runCommand(['accounts', 'add', 'ada'], { stdin, env })).toMatchObject({
    code: 1,
    stderr: 'auth-service: the username ada is taken\n',
  })
})

test.each([
  [['add', 'a b'], 'a username has 1 to 64 characters and no spaces'],
  [['add', 'ada', '--name', 'a\u001b[31mb'], 'a name has 1 to 100 characters, in one line'],
  [['add', 'ada', '--email', 'ada'], 'that is no e-mail address'],
])('refuses %j', async (argv, message) => {
  const { code, stderr } = await accounts(argv, PASSWORD)
  expect(code).toBe(1)
  expect(stderr).toBe(`auth-service: ${message}\n`)
})

test('lists accounts for people and for programs, without their passwords', async () => {
  await accounts(['add', 'ada', '--name', 'Ada'], PASSWORD)
  await accounts(['add', 'bob', '--name', 'Bob'], PASSWORD)
  expect((await accounts(['list'])).stdout.split('\n').map((line) => line.split(' ')[0])).toEqual([
    'USERNAME',
    'ada',
    'bob',
    '',
  ])
  const json: unknown = JSON.parse((await accounts(['list', '--json'])).stdout)
  expect(json).toEqual([
    { username: 'ada', name: 'Ada', email: null, state: 'active', id: expect.any(String) },
    { username: 'bob', name: 'Bob', email: null, state: 'active', id: expect.any(String) },
  ])
})

/** Logs ada in: in a browser, and with a grant. */
async function logIn(): Promise<string | null> {
  await accounts(['add', 'ada'], PASSWORD)
  const account = await findAccountByUsername(store.read, 'ada')
  if (account === undefined) throw new Error('ada was added')
  await store.write(async (transaction) => {
    await insertClient(transaction, {
      id: 'authcli',
      name: 'authcli',
      kind: 'native',
      secretHash: null,
      redirectUris: [],
      postLogoutRedirectUris: [],
      requirePkce: true,
      idTokenSignedResponseAlg: 'ES256',
      deviceScopes: null,
      createdAt: 1,
    })
    await insertGrant(transaction, {
      id: 'grant',
      accountId: account.id,
      clientId: 'authcli',
      resource: null,
      scope: 'openid',
      authTime: 1,
      generation: 0,
      nonce: null,
      retriesEndedAt: null,
      advancedAt: [],
      createdAt: 1,
      lastUsedAt: 1,
      revokedAt: null,
      revokedReason: null,
      deviceName: null,
      source: null,
      restoredAt: null,
    })
    await insertBrowserSession(transaction, {
      id_hash: 'browser',
      account_id: account.id,
      authenticated_at: 1,
      created_at: 1,
      expires_at: Number.MAX_SAFE_INTEGER,
      is_proven: 1,
    })
  })
  return account.password_hash
}

test('disables an account and ends its browsers and grants (62)', async () => {
  await logIn()
  expect((await accounts(['disable', 'ada'])).stdout).toBe('ada is disabled; logins ended: 1\n')
  expect(await findAccountByUsername(store.read, 'ada')).toMatchObject({ disabled_at: expect.any(Number) })
  expect(await findGrant(store.read, 'grant')).toMatchObject({ revokedReason: 'account disabled' })
  expect(await findBrowserSession(store.read, 'browser', 1)).toBeUndefined()
  expect((await accounts(['list'])).stdout).toContain('disabled')
})

test('changes a password and ends the browsers and grants of the old one (62)', async () => {
  const before = await logIn()
  const { stdout } = await accounts(['set-password', 'ada'], 'another password')
  expect(stdout).toBe('ada has a new password; logins ended: 1\n')
  const account = await findAccountByUsername(store.read, 'ada')
  expect(account?.password_hash).not.toBe(before)
  expect(await findGrant(store.read, 'grant')).toMatchObject({ revokedReason: 'password changed' })
  expect(await findBrowserSession(store.read, 'browser', 1)).toBeUndefined()
})

test('signs somebody out everywhere and leaves the password as it is (62)', async () => {
  const before = await logIn()
  const { stdout } = await accounts(['sign-out', 'ada'])
  expect(stdout).toBe('ada is signed out everywhere; logins ended: 1\n')
  expect(await findAccountByUsername(store.read, 'ada')).toMatchObject({
    password_hash: before,
    disabled_at: null,
  })
  expect(await findGrant(store.read, 'grant')).toMatchObject({ revokedReason: 'signed out everywhere' })
  expect(await findBrowserSession(store.read, 'browser', 1)).toBeUndefined()
})

test('lets a disabled person sign in again, and leaves the logins of before ended', async () => {
  await logIn()
  expect((await accounts(['enable', 'ada'])).stdout).toBe('ada was not disabled\n')
  await accounts(['disable', 'ada'])
  expect((await accounts(['enable', 'ada'])).stdout).toBe('ada may sign in again\n')
  expect(await findAccountByUsername(store.read, 'ada')).toMatchObject({ disabled_at: null })
  expect(await findGrant(store.read, 'grant')).toMatchObject({ revokedReason: 'account disabled' })
})

test.each(['disable', 'enable', 'set-password', 'sign-out'])(
  'says how to find an account that %s does not know',
  async (command) => {
    expect(await accounts([command, 'nobody'], PASSWORD)).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'auth-service: there is no account nobody\nauth-service: hint: see them all with `auth-service accounts list`\n',
    })
  },
)
