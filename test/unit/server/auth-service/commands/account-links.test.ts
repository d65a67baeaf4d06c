import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDevFile } from '../../../../../server/auth-service/dev-file.js'
import { findAccountByUsername } from '../../../../../server/auth-service/store/accounts.js'
import { findPasswordLink } from '../../../../../server/auth-service/store/password-links.js'
import { listSecurityEvents } from '../../../../../server/auth-service/store/security-events.js'
import { hashPasswordLinkToken } from '../../../../../server/auth-service/tokens/password-links.js'
import { runCommand } from '../../../../support/auth-service/command-line.js'
import { closeToPasswords } from '../../../../support/auth-service/password-links.js'
import { openTestStore, type TestStore } from '../../../../support/auth-service/test-store.js'
import { makeTemporaryFolder } from '../../../../support/temporary-folder.js'

let store: TestStore
beforeEach(async () => {
  store = await openTestStore()
})
afterEach(() => store.remove())

const ISSUER = 'https://login.example.org/tenant'
const HOUR_MS = 3_600_000

const accounts = (argv: readonly string[], env: Record<string, string> = {}, input = '') =>
  runCommand(['accounts', ...argv], {
    input,
    env: { AUTH_SERVICE_DATABASE: store.path, AUTH_SERVICE_ISSUER: ISSUER, ...env },
  })

const findLink = (url: string) =>
  findPasswordLink(store.read, hashPasswordLinkToken(new URL(url.trim()).searchParams.get('token') ?? 'none'))

test('invites a person, who has no password until they choose one by the link on stdout (31, 32)', async () => {
  const { code, stdout, stderr } = await accounts(['invite', 'Ada', '--name', 'Ada Lovelace'])
  expect(code).toBe(0)
  expect(stdout).toMatch(
    /^https:\/\/login\.example\.org\/tenant\/auth\/choose-password\?token=[A-Za-z0-9_-]{43}\n$/,
  )
  expect(stderr).toMatch(
    /whoever has this link chooses the password of ada, once, until \d{4}-\d\d-\d\d \d\d:\d\d UTC; give it to nobody else/,
  )
  const account = await findAccountByUsername(store.read, 'ada')
  expect(account).toMatchObject({ name: 'Ada Lovelace', password_hash: null, disabled_at: null })
  const link = await findLink(stdout)
  expect(link).toMatchObject({ account_id: account?.id, purpose: 'invitation', used_at: null })
  expect(link && link.expires_at - link.created_at).toBe(7 * 24 * HOUR_MS)
})

test('gives a person a link for another password, which is good for a day, and ends nothing until then', async () => {
  await accounts(['add', 'ada'], {}, 'correct horse')
  const before = await findAccountByUsername(store.read, 'ada')
  const { stdout } = await accounts(['reset', 'ADA'])
  const link = await findLink(stdout)
  expect(link).toMatchObject({ account_id: before?.id, purpose: 'reset' })
  expect(link && link.expires_at - link.created_at).toBe(24 * HOUR_MS)
  expect(await findAccountByUsername(store.read, 'ada')).toEqual(before)
})

test('a new link ends the one of before', async () => {
  const invitation = (await accounts(['invite', 'ada'])).stdout
  const reset = (await accounts(['reset', 'ada'])).stdout
  expect(await findLink(invitation)).toBeUndefined()
  expect(await findLink(reset)).toBeDefined()
})

test('an operator who sets a password ends the link', async () => {
  const invitation = (await accounts(['invite', 'ada'])).stdout
  await accounts(['set-password', 'ada'], {}, 'correct horse')
  expect(await findLink(invitation)).toBeUndefined()
})

test.each(['invite', 'reset'])(
  '%s writes an audit line, and nothing of the link into it (53)',
  async (verb) => {
    if (verb === 'reset') await accounts(['add', 'ada'], {}, 'correct horse')
    const { stdout, stderr } = await accounts([verb, 'ada'])
    const audit = stderr.split('\n').find((line) => line.startsWith('{')) ?? ''
    expect(JSON.parse(audit)).toMatchObject({
      event: 'password-link-made',
      accountId: (await findAccountByUsername(store.read, 'ada'))?.id,
      reason: verb === 'invite' ? 'invitation' : 'reset',
    })
    expect(stderr).not.toContain(new URL(stdout.trim()).searchParams.get('token'))
  },
)

test.each([
  [
    ['invite', 'ada', '--email-verified'],
    '--email-verified says that an address is theirs, and there is none',
  ],
  [['invite', 'a b'], 'a username has 1 to 64 characters and no spaces'],
  [['invite', 'taken'], 'the username taken is taken'],
  [['reset', 'nobody'], 'there is no account nobody'],
  [['reset', 'gone'], 'gone is disabled, and a link would lead nowhere'],
])('refuses %j, and makes no link', async (argv, message) => {
  await accounts(['add', 'taken'], {}, 'correct horse')
  await accounts(['add', 'gone'], {}, 'correct horse')
  await accounts(['disable', 'gone'])
  const { code, stdout, stderr } = await accounts(argv)
  expect(code).toBe(1)
  expect(stdout).toBe('')
  expect(stderr).toContain(`auth-service: ${message}\n`)
  expect(await store.read.selectFrom('password_links').selectAll().execute()).toEqual([])
})

test('makes no link when nobody says where people reach the service', async () => {
  expect(await accounts(['invite', 'ada'], { AUTH_SERVICE_ISSUER: '' })).toEqual({
    code: 1,
    stdout: '',
    stderr:
      'auth-service: where people reach this service is not known\n' +
      'auth-service: hint: name it with --issuer, or set AUTH_SERVICE_ISSUER\n',
  })
  expect(await findAccountByUsername(store.read, 'ada')).toBeUndefined()
  const named = await accounts(['invite', 'ada', '--issuer', 'https://id.example'], {
    AUTH_SERVICE_ISSUER: '',
  })
  expect(named.stdout).toMatch(/^https:\/\/id\.example\/auth\/choose-password\?/)
})

test('makes no link where a provider is the only way in, and says how to add somebody then', async () => {
  await accounts(['add', 'ada'], {}, 'correct horse')
  await closeToPasswords(store)
  for (const argv of [
    ['invite', 'bob'],
    ['reset', 'ada'],
  ]) {
    expect(await accounts(argv)).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('acme is the only way in, and passwords are not taken\n'),
    })
  }
  expect(await accounts(['add', 'bob', '--no-password'])).toMatchObject({ code: 0 })
  expect(await findAccountByUsername(store.read, 'bob')).toMatchObject({ password_hash: null })
})

test('with --dev the link leads to where the service listened last', async () => {
  const folder = makeTemporaryFolder('auth-service-dev')
  const file = `${folder.path}/dev.json`
  const invite = (username: string) =>
    runCommand(['accounts', 'invite', username, '--dev', '--data', folder.path], {
      env: { AUTHCLI_DEV_FILE: file },
    })
  expect((await invite('ada')).stderr).toContain('hint: start `auth-service --dev` once')
  openDevFile(file, 'http://127.0.0.1:9123')
  expect((await invite('ada')).stdout).toMatch(/^http:\/\/127\.0\.0\.1:9123\/auth\/choose-password\?/)
  folder.remove()
})

test('a person sees what an operator has done to their account', async () => {
  await accounts(['invite', 'ada'])
  for (const command of ['set-password', 'sign-out', 'disable', 'enable', 'reset']) {
    await accounts([command, 'ada'], {}, 'correct horse')
  }
  const { id } = (await findAccountByUsername(store.read, 'ada')) ?? { id: '' }
  const events = await listSecurityEvents(store.read, id, { failed: 9, other: 9 })
  expect(events.map(({ kind }) => kind).sort()).toEqual([
    'account-disabled',
    'account-enabled',
    'password-changed',
    'password-link-made',
    'password-link-made',
    'signed-out-everywhere',
  ])
  expect(events.map(({ source }) => source)).toEqual(events.map(() => null))
})
