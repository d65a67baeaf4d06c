import { readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startChild } from '../support/child.js'
import { emptyHome } from '../support/empty-home.js'
import { type BrowserStandIn, standInForBrowser } from '../support/handed-over-url.js'
import { readKeychainItem } from '../support/keychain-items.js'
import { type Keyring, startKeyring } from '../support/keyring.js'
import { startProgram } from '../support/processes.js'
import { PROJECT_ROOT } from '../support/project-root.js'
import { createUserAgent } from '../support/scripted-user-agent.js'
import { type Services, startServices } from '../support/services.js'
import { signIn } from '../support/sign-in.js'
import { makeTemporaryFolder } from '../support/temporary-folder.js'

/** The example of a command line that is built on the library, with real services, keychain and desktop. */
const EXAMPLE = join(PROJECT_ROOT, 'test/example/second-cli.ts')

const folder = makeTemporaryFolder('second-cli')
let services: Services
let keyring: Keyring
let desktop: BrowserStandIn
let env: Record<string, string>
beforeAll(async () => {
  services = await startServices({ folder: folder.path })
  keyring = await startKeyring()
  desktop = await standInForBrowser(folder.path)
  env = {
    ...emptyHome(folder.path),
    ...keyring.env,
    PATH: [desktop.folder, process.env['PATH']].join(delimiter),
    NOTES_API: services.api,
  }
  const data = ['--dev', '--data', join(folder.path, 'auth-service')]
  const client = ['Notes', '--id', 'notes', '--redirect-uri', 'http://127.0.0.1/callback']
  await startProgram('auth-service', ['clients', 'add', ...client, ...data]).exited
})
afterAll(async () => {
  desktop.stop()
  await Promise.all([services.stop(), keyring.stop()])
  folder.remove()
})

/** Runs the example. */
async function notes(...args: string[]) {
  const run = [join(PROJECT_ROOT, 'test/support/run-typescript.mjs'), EXAMPLE, ...args]
  const child = startChild(process.execPath, run, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const outcome = { code: null as number | null, stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]?.setEncoding('utf8').on('data', (text: string) => {
      outcome[stream] += text
    })
  }
  outcome.code = await new Promise((resolve) => child.once('close', resolve))
  return outcome
}

describe('a second command line, built on the library', () => {
  it('takes less than 40 lines', () => {
    expect(readFileSync(EXAMPLE, 'utf8').split('\n').length - 1).toBeLessThan(40)
  })

  it('says what to type before anybody has logged in', async () => {
    expect(await notes('list')).toEqual({
      code: 1,
      stdout: '',
      stderr: 'notes: there is no session in the keychain\nnotes: hint: run `notes login`\n',
    })
  })

  it('logs a person in through the browser', async () => {
    const login = notes('login')
    const url = await desktop.url
    const page = await signIn(createUserAgent(), url, services.account)
    expect(page.text).toContain('You are logged in')
    expect(await login).toEqual({
      code: 0,
      stdout: '',
      stderr: `Log in at ${url}\nWelcome, Demo Person\n`,
    })
  })

  it('calls the API with the tokens of another process', async () => {
    expect(await notes('add', 'Written by notes')).toEqual({ code: 0, stdout: '', stderr: '' })
    const { code, stdout, stderr } = await notes('list')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout.split('\n')).toContain('Written by notes')
  })

  it('keeps its login under its own name, and authcli knows nothing of it (100)', async () => {
    const account = `default ${services.issuer}`
    expect(readKeychainItem(keyring.env, account, 'notes')).toContain('"clientId":"notes"')
    expect(readKeychainItem(keyring.env, account)).toBeUndefined()
    const { code } = await startProgram('authcli', ['status'], { env, input: '' }).exited
    expect(code).toBe(4)
  })

  it('logs out, here and at the AuthService', async () => {
    expect(await notes('logout')).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(readKeychainItem(keyring.env, `default ${services.issuer}`, 'notes')).toBeUndefined()
    expect(services.authService.output.stdout).toMatch(/"event":"(grant-revoked|token-revoked)"/)
    expect((await notes('list')).stderr).toContain('there is no session')
  })
})
