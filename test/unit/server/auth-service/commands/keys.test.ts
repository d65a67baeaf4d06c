import { randomBytes } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { listKeys } from '../../../../../server/auth-service/store/keys.js'
import { runCommand } from '../../../../support/auth-service/command-line.js'
import { loadTestKeys } from '../../../../support/auth-service/test-keys.js'
import { openTestStore, type TestStore } from '../../../../support/auth-service/test-store.js'

const HOUR = 3_600_000
const SECRET = Buffer.alloc(32, 3)

let store: TestStore
beforeEach(async () => {
  store = await openTestStore()
  await loadTestKeys(store, SECRET, Date.now)
})
afterEach(() => store.remove())

function keys(argv: string[], secret: Uint8Array = SECRET) {
  const env = {
    AUTH_SERVICE_DATABASE: store.path,
    AUTH_SERVICE_SECRET: Buffer.from(secret).toString('base64'),
  }
  return runCommand(['keys', ...argv], { env })
}

async function listed(): Promise<Record<string, string | null>[]> {
  const { code, stdout } = await keys(['list', '--json'])
  expect(code).toBe(0)
  return JSON.parse(stdout)
}

const auditLines = (stderr: string) =>
  stderr
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

test('lists what each key is for and what it does, and nothing of the key itself (51)', async () => {
  const { code, stdout } = await keys(['list'])
  expect(code).toBe(0)
  const lines = stdout.trimEnd().split('\n')
  expect(lines).toHaveLength(4)
  expect(lines[0]).toMatch(/^USE +STATE +FROM +TO +ID$/)
  for (const use of ['signs ES256', 'signs RS256', 'refresh tokens']) {
    expect(stdout).toMatch(new RegExp(`^${use} +in use +\\S+Z +- +\\S+$`, 'm'))
  }
  for (const row of await listKeys(store.read)) {
    expect(stdout).toContain(row.id)
    expect(stdout).not.toContain(row.encrypted_private)
  }
})

test('publishes the next keys an hour ahead, and says so (52)', async () => {
  const before = Date.now()
  const { code, stdout, stderr } = await keys(['rotate'])
  expect(code).toBe(0)
  const [, from = ''] = /^3 keys are published, and in use from (\S+)\n$/.exec(stdout) ?? []
  expect(Date.parse(from)).toBeGreaterThanOrEqual(before + HOUR)
  const rows = await listed()
  expect(rows.map(({ state }) => state).sort()).toEqual([
    'in use',
    'in use',
    'in use',
    'next',
    'next',
    'next',
  ])
  for (const { state, from: begins, to } of rows) expect(state === 'next' ? begins : to).toBe(from)
  const next = rows.filter(({ state }) => state === 'next').map(({ id }) => id)
  for (const line of auditLines(stderr)) {
    expect(line).toMatchObject({ msg: 'audit', event: 'key-published', service: 'auth-service' })
    expect(next).toContain(line.keyId)
  }
})

test('makes no more keys while the next ones wait', async () => {
  await keys(['rotate'])
  const { code, stdout } = await keys(['rotate'])
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: 'the next keys are published already; see `auth-service keys list`\n',
  })
  expect(await listed()).toHaveLength(6)
})

test('puts new keys in the place of leaked ones at once, those that wait included (52)', async () => {
  await keys(['rotate'])
  const before = await listed()
  const { code, stdout, stderr } = await keys(['rotate', '--leaked'])
  expect(code).toBe(0)
  expect(stdout).toBe(
    '3 new keys are in use, and 6 keys are gone; every AuthService knows it within a minute, and who keeps /jwks within six\n',
  )
  const after = await listed()
  expect(after.map(({ state }) => state)).toEqual(['in use', 'in use', 'in use'])
  for (const { id } of before) expect(after.map((row) => row['id'])).not.toContain(id)
  expect(auditLines(stderr).map(({ event, reason }) => `${event} ${reason}`)).toEqual([
    ...Array(6).fill('key-removed leaked'),
    ...Array(3).fill('key-published leaked'),
  ])
})

test.each([[['rotate']], [['rotate', '--leaked']]])(
  '%j changes nothing under another secret',
  async (argv) => {
    const before = await listKeys(store.read)
    const { code, stderr } = await keys(argv, randomBytes(32))
    expect(code).toBe(1)
    expect(stderr).toContain('AUTH_SERVICE_SECRET is not the secret')
    expect(await listKeys(store.read)).toEqual(before)
  },
)

test('says what is missing where there is no secret', async () => {
  const { code, stderr } = await runCommand(['keys', 'rotate'], {
    env: { AUTH_SERVICE_DATABASE: store.path },
  })
  expect(code).toBe(1)
  expect(stderr).toContain('AUTH_SERVICE_SECRET is not set')
})
