import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type BundledProgram, bundleProgram } from '../../support/bundle-program.js'
import { startChild } from '../../support/child.js'
import { type ApiDouble, startApiDouble } from '../../support/cli/api-double.js'
import { type AuthServiceDouble, startAuthServiceDouble } from '../../support/cli/auth-service-double.js'
import { type Keyring, startKeyring } from '../../support/keyring.js'
import { startProgram } from '../../support/processes.js'
import { type KeychainLogin, logInToKeychain } from '../../support/session/keychain-login.js'
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.js'

let killedMove: BundledProgram
let keyring: Keyring
let authService: AuthServiceDouble
let api: ApiDouble
beforeAll(async () => {
  killedMove = await bundleProgram('test/e2e/keychain/killed-move.ts')
  keyring = await startKeyring()
  authService = await startAuthServiceDouble()
  api = await startApiDouble(authService.issuer)
})
afterAll(async () => {
  killedMove.remove()
  await Promise.all([keyring.stop(), authService.stop(), api.stop()])
})

let folder: TemporaryFolder
let login: KeychainLogin
let env: Record<string, string>
beforeEach(async () => {
  authService.forget()
  api.forget()
  folder = makeTemporaryFolder('move')
  login = await logInToKeychain(folder.path, keyring.env, {
    issuer: authService.issuer,
    resource: api.resource,
    expiresAt: Date.now() - 1000,
  })
  env = { ...login.env, AUTHCLI_STORE_KEY: randomBytes(32).toString('base64') }
})
afterEach(() => folder.remove())

async function authcli(...args: string[]) {
  const program = startProgram('authcli', args, { env, input: '' })
  return { ...(await program.exited), ...program.output }
}

function sessionFile(): string {
  return join(folder.path, 'state', 'authcli', 'sessions', 'default.json')
}

async function placesWithASession(): Promise<string[]> {
  const keychain = (await login.stored()).state === 'present' ? ['keychain'] : []
  return existsSync(sessionFile()) ? [...keychain, 'file'] : keychain
}

describe('authcli session move', () => {
  it('takes the session to the file store and back, sealed, without a new login (100)', async () => {
    const there = await authcli('session', 'move', '--to', 'file')
    expect(there).toMatchObject({ code: 0, stdout: '' })
    expect(there.stderr).toContain(`moved the session of demo\n  It is in ${sessionFile()} now.`)
    expect(statSync(sessionFile()).mode & 0o777).toBe(0o600)
    expect(readFileSync(sessionFile(), 'utf8')).toContain('"sealed":"aes-256-gcm"')
    expect(await placesWithASession()).toEqual(['file'])
    expect((await authcli('status')).stdout).toContain('to move it: authcli session move --to keychain')

    expect(await authcli('session', 'move', '--to', 'keychain')).toMatchObject({ code: 0 })
    expect(await placesWithASession()).toEqual(['keychain'])
    expect(readdirSync(join(sessionFile(), '..'))).toEqual([])
    expect(login.profile()).toMatchObject({ store: 'keychain', account: 'demo' })
    expect(login.profile()).not.toHaveProperty('leftover')
    expect(await authcli('get-items', '--json')).toMatchObject({ code: 0 })
    expect(authService.revocationRequests).toEqual([])
  })

  it('writes no plain text that was not asked for by its long name', async () => {
    delete env['AUTHCLI_STORE_KEY']
    const refused = await authcli('session', 'move', '--to', 'file')
    expect(refused.code).toBe(2)
    expect(refused.stderr).toContain('AUTHCLI_STORE_KEY')
    expect(await placesWithASession()).toEqual(['keychain'])
    expect(await authcli('session', 'move', '--to', 'file', '--insecure-plaintext')).toMatchObject({
      code: 0,
    })
    expect(login.profile()).toMatchObject({ store: 'file', insecurePlaintext: true })
    expect(await authcli('get-items', '--json')).toMatchObject({ code: 0 })
  })

  it('leaves the session where it is when the new place is not to be had', async () => {
    await authcli('session', 'move', '--to', 'file')
    env['DBUS_SESSION_BUS_ADDRESS'] = `unix:path=${folder.path}/nobody`
    const refused = await authcli('session', 'move', '--to', 'keychain')
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain('there is no keychain')
    expect(login.profile()).toMatchObject({ store: 'file' })
    expect(await authcli('get-items', '--json')).toMatchObject({ code: 0 })
  })
})

describe('commands that run while the session is moved', () => {
  it('go on with it where it is then, and refresh it once (100)', async () => {
    const commands = Array.from({ length: 6 }, () => authcli('get-items', '--json'))
    const moves = [await authcli('session', 'move', '--to', 'file')]
    moves.push(await authcli('session', 'move', '--to', 'keychain'))
    expect(moves.map(({ code, stderr }) => ({ code, stderr }))).toEqual(
      moves.map(({ stderr }) => ({ code: 0, stderr })),
    )
    for (const { code, stderr } of await Promise.all(commands))
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(authService.tokenRequests.map((body) => body.get('refresh_token'))).toEqual(['refresh-token-0'])
    expect(await placesWithASession()).toEqual(['keychain'])
  })
})

/** Where in a move it is killed: the call of a store, and how often that came before. */
const MOMENTS: [string, string[], (from: string, to: string) => string][] = [
  ['before the new copy is written', ['before', 'write', '1'], (_from, to) => to],
  ['after the new copy is written', ['after', 'write', '1'], (_from, to) => to],
  ['after the new copy is read back', ['after', 'read', '3'], (_from, to) => to],
  ['before the old copy is removed', ['before', 'remove', '1'], (from) => from],
  ['after the old copy is removed', ['after', 'remove', '1'], (from) => from],
]

describe.each([
  ['keychain', 'file'],
  ['file', 'keychain'],
])('a move from %s to %s that is killed', (from, to) => {
  beforeEach(async () => {
    if (from === 'file') await authcli('session', 'move', '--to', 'file')
  })

  it.each(MOMENTS)(
    '%s leaves a login that works, and one copy of it (100)',
    async (_what, moment, kindOf) => {
      const [when = '', what = '', which = ''] = moment
      const args = [killedMove.file, when, what, kindOf(from, to), which, 'session', 'move', '--to', to]
      const child = startChild(process.execPath, args, {
        env: { PATH: process.env['PATH'], ...env },
        stdio: 'ignore',
      })
      expect(await once(child, 'exit')).toEqual([null, 'SIGKILL'])

      expect(await authcli('get-items', '--json')).toMatchObject({ code: 0, stderr: '' })
      expect(authService.tokenRequests.map((body) => body.get('refresh_token'))).toEqual(['refresh-token-0'])
      expect(await placesWithASession()).toEqual([login.profile()['store']])
      expect(login.profile()).not.toHaveProperty('leftover')
      expect(await authcli('get-items', '--json')).toMatchObject({ code: 0, stderr: '' })
      expect(await authcli('session', 'move', '--to', to)).toMatchObject({ code: 0 })
      expect(await placesWithASession()).toEqual([to])
    },
  )
})
