import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startApiDouble } from '../../support/cli/api-double.js'
import { startAuthServiceDouble } from '../../support/cli/auth-service-double.js'
import { useDoubles } from '../../support/cli/doubles.js'
import { configurationOf, filesOf } from '../../support/cli/home-files.js'
import { logIn } from '../../support/cli/logged-in.js'
import { runAuthcli } from '../../support/cli/run-authcli.js'
import { testSession } from '../../support/session/test-session.js'

const doubles = useDoubles()

const SESSION = '.local/state/authcli/sessions/default.json'
const ASIDE = `${SESSION}.set-aside`

function fileIn(name: string): string {
  return join(doubles.home.path, name)
}

/** Somebody logged in, and then something happened to the session file. */
async function spoil(change: (text: string) => string | Buffer) {
  await logIn(doubles.home, doubles.api.resource)
  writeFileSync(fileIn(SESSION), change(readFileSync(fileIn(SESSION), 'utf8')))
}

const SPOILED: [string, (text: string) => string | Buffer][] = [
  ['empty', () => ''],
  ['truncated', (text) => text.slice(0, -30)],
  ['corrupt', (text) => text.replace(/"data":"./, '"data":"!')],
  ['of another issuer', () => JSON.stringify(testSession({ issuer: 'https://other.example.com' }))],
  ['oversized', (text) => text + ' '.repeat(200_000)],
  ['no text', () => Buffer.from([0xff, 0x00, 0xfe, 0x0a])],
]

describe.each(SPOILED)('a session file that is %s', (_what, change) => {
  it.each(['get-items', 'status', 'session move --to keychain'])(
    'is set aside by %s, which says so once and to log in again (100)',
    async (command) => {
      await spoil(change)
      const spoiled = readFileSync(fileIn(SESSION))
      const run = await runAuthcli(doubles.home, command.split(' '))
      expect(run.exitCode).toBe(4)
      expect(run.stderr).toMatch(
        /^authcli: the session in \S+ can't be read: .*; it was set aside as \S+default\.json\.set-aside\nauthcli: hint: run `authcli login`\n$/,
      )
      expect(readFileSync(fileIn(ASIDE))).toEqual(spoiled)
      expect(statSync(fileIn(ASIDE)).mode & 0o777).toBe(0o600)
      const again = await runAuthcli(doubles.home, command.split(' '))
      expect(again).toMatchObject({
        exitCode: 4,
        stderr: expect.stringMatching(/^authcli: you are not logged in\n/),
      })
      expect(filesOf(doubles.home)).toEqual(['.config/authcli/config.json', ASIDE])
    },
  )

  it('is set aside by a logout, which works', async () => {
    await spoil(change)
    const run = await runAuthcli(doubles.home, ['logout'])
    expect(run.exitCode).toBe(0)
    expect(run.stderr).toMatch(/can't be read: .*; it was set aside as .*; it could not be ended at http/)
    expect(configurationOf(doubles.home).profiles['default']).not.toHaveProperty('account')
    expect(filesOf(doubles.home)).toEqual(['.config/authcli/config.json', ASIDE])
  })

  it('is set aside by a login, which works', async () => {
    await spoil(change)
    const run = await logIn(doubles.home, doubles.api.resource)
    expect(run.stderr.match(/was set aside/g)).toHaveLength(1)
    expect(await runAuthcli(doubles.home, ['status'])).toMatchObject({ exitCode: 0, stderr: '' })
    expect(filesOf(doubles.home)).toEqual(['.config/authcli/config.json', SESSION, ASIDE])
  })
})

describe('authcli status --json, of a session that nobody can read', () => {
  it('says that nobody is logged in', async () => {
    await spoil(() => '')
    const run = await runAuthcli(doubles.home, ['status', '--json'])
    expect(run).toMatchObject({ exitCode: 4, stdout: '{"loggedIn":false}\n' })
  })
})

describe('what was set aside', () => {
  it('gives way to what is set aside next: one copy is kept', async () => {
    for (const text of ['first', 'second']) {
      await spoil(() => text)
      await runAuthcli(doubles.home, ['status'])
    }
    expect(readFileSync(fileIn(ASIDE), 'utf8')).toBe('second')
    expect(filesOf(doubles.home)).toEqual(['.config/authcli/config.json', ASIDE])
  })
})

describe('a session file of a newer authcli', () => {
  const NEWER = '{"version":2,"sealed":"a cipher to come","data":"…"}'

  it.each(['get-items', 'status', 'logout', 'session move --to keychain', 'login --no-browser'])(
    'is left where it is, and as it is, by %s',
    async (command) => {
      await spoil(() => NEWER)
      const run = await runAuthcli(doubles.home, command.split(' '))
      expect(run.exitCode).toBe(1)
      expect(run.stderr).toContain('was written by a newer authcli')
      expect(readFileSync(fileIn(SESSION), 'utf8')).toBe(NEWER)
      expect(filesOf(doubles.home)).toEqual(['.config/authcli/config.json', SESSION])
      expect(configurationOf(doubles.home).profiles['default']).toHaveProperty('account')
    },
  )
})

describe('a login at another issuer, with the session of the former one in the file', () => {
  it('takes it for what it is: it is replaced and ended, not set aside', async () => {
    await logIn(doubles.home, doubles.api.resource)
    const other = await startAuthServiceDouble()
    const api = await startApiDouble(other.issuer)
    const run = await logIn(doubles.home, api.resource)
    await Promise.all([other.stop(), api.stop()])
    expect(run.stderr).not.toContain('set aside')
    expect(doubles.authService.revocationRequests.map((body) => body.get('token'))).toEqual([
      'refresh-token-1',
    ])
    expect(filesOf(doubles.home)).toEqual(['.config/authcli/config.json', SESSION])
  })
})
