import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type ApiDouble, startApiDouble } from '../../support/cli/api-double.js'
import { type AuthServiceDouble, startAuthServiceDouble } from '../../support/cli/auth-service-double.js'
import { emptyHome } from '../../support/empty-home.js'
import { type Keyring, type KeyringState, startKeyring } from '../../support/keyring.js'
import { startProgram } from '../../support/processes.js'
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.js'

let authService: AuthServiceDouble
let api: ApiDouble
beforeAll(async () => {
  authService = await startAuthServiceDouble()
  api = await startApiDouble(authService.issuer)
})
afterAll(() => Promise.all([authService.stop(), api.stop()]))

let folder: TemporaryFolder
let keyring: Keyring | undefined
beforeEach(() => {
  folder = makeTemporaryFolder('login')
})
afterEach(async () => {
  keyring?.resume()
  await keyring?.stop()
  keyring = undefined
  folder.remove()
})

async function logIn(state: KeyringState) {
  keyring = await startKeyring({ state })
  const home = emptyHome(folder.path)
  const program = startProgram('authcli', ['login', '--api', api.resource, '--no-browser'], {
    env: { ...home, ...keyring.env, AUTHCLI_KEYCHAIN_TIMEOUT: '1' },
    input: '',
  })
  const { code } = await program.exited
  return { code, ...program.output, config: join(home.XDG_CONFIG_HOME, 'authcli', 'config.json') }
}

describe('a login without a keychain to keep the session in', () => {
  it.each<[KeyringState, string]>([
    ['no-bus', 'there is no keychain'],
    ['no-daemon', 'there is no keychain'],
    ['locked', 'the keychain is locked'],
    ['suspended', 'the keychain did not answer within 1 second'],
  ])('ends before anybody is sent to a browser, and leaves nothing: %s', async (state, message) => {
    const { code, stdout, stderr, config } = await logIn(state)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain(`authcli: ${message}`)
    expect(stderr).toContain('--store file')
    expect(stderr).not.toContain('/authorize')
    expect(authService.authorizationRequests).toEqual([])
    expect(existsSync(config)).toBe(false)
  })
})
