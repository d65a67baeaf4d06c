import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { runCommand } from '../../../../support/auth-service/command-line.js'
import { testRows } from '../../../../support/auth-service/rows.js'
import { openTestStore, type TestStore } from '../../../../support/auth-service/test-store.js'
import { makeTemporaryFolder, type TemporaryFolder } from '../../../../support/temporary-folder.js'

const URL = 'https://api.example.org'

let store: TestStore
let folder: TemporaryFolder
beforeEach(async () => {
  store = await openTestStore()
  folder = makeTemporaryFolder('audit-lines')
})
afterEach(async () => {
  folder.remove()
  await store.remove()
})

const run = (argv: readonly string[], env: Record<string, string> = {}) =>
  runCommand(argv, {
    input: 'correct horse',
    env: {
      AUTH_SERVICE_DATABASE: store.path,
      AUTH_SERVICE_SECRET: Buffer.alloc(32, 3).toString('base64'),
      ...env,
    },
  })

/** One login through a client for a resource. */
async function logIn() {
  await run(['resources', 'add', URL, '--scopes', 'a'])
  const rows = await testRows(store)
  return { ...rows, username: rows.account.username, grant: await rows.addGrant({ resource: URL }) }
}

const parse = (lines: string): Record<string, unknown>[] =>
  lines
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))

test.each([
  ['accounts disable', 'account-disabled', 'account disabled'],
  ['accounts set-password', 'password-changed', 'password changed'],
  ['accounts sign-out', 'account-signed-out', 'signed out everywhere'],
  ['clients remove', 'client-removed', 'client removed'],
  ['resources remove', 'resource-removed', 'resource removed'],
])(
  '%s writes one audit line for itself and one for each login that it ends',
  async (command, event, reason) => {
    const { username, clientId, grant } = await logIn()
    const [kind = '', verb = ''] = command.split(' ')
    const name = { accounts: username, clients: clientId, resources: URL }[kind] ?? ''
    const { code, stderr } = await run([kind, verb, name])
    expect(code).toBe(0)
    const about = { level: 30, service: 'auth-service', msg: 'audit', time: expect.any(Number) }
    const { accountId } = grant
    expect(parse(stderr)).toEqual([
      expect.objectContaining({ ...about, event }),
      { ...about, event: 'grant-revoked', grantId: grant.id, accountId, clientId: grant.clientId, reason },
    ])
  },
)

test('appends audit lines to the log of the server where that is a file, which only its owner may read', async () => {
  const { username } = await logIn()
  const logFile = join(folder.path, 'auth-service.log')
  expect((await run(['accounts', 'disable', username], { AUTH_SERVICE_LOG_FILE: logFile })).stderr).toBe('')
  expect((await run(['accounts', 'enable', username, '--log-file', logFile])).stderr).toBe('')
  expect(parse(readFileSync(logFile, 'utf8')).map(({ event }) => event)).toEqual([
    'account-disabled',
    'grant-revoked',
    'account-enabled',
  ])
  expect(statSync(logFile).mode & 0o777).toBe(0o600)
})

test('changes nothing when its audit lines can go nowhere', async () => {
  const { username } = await logIn()
  const { code, stderr } = await run(['accounts', 'disable', username, '--log-file', folder.path])
  expect(code).toBe(1)
  expect(stderr).toContain('EISDIR')
  expect((await run(['accounts', 'list'])).stdout).not.toContain('disabled')
})
