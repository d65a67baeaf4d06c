import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { useDoubles } from '../../support/cli/doubles.js'
import { placeLogin } from '../../support/cli/placed-login.js'
import { commandLine, runInBash } from '../../support/cli/process-runs.js'
import { type Keyring, startKeyring } from '../../support/keyring.js'
import { COMMANDS } from './commands.js'

const doubles = useDoubles()

let keyring: Keyring
beforeAll(async () => {
  keyring = await startKeyring()
})
afterAll(() => keyring.stop())

const environment = () => ({ HOME: doubles.home.path, ...doubles.home.env, ...keyring.env })
const authcli = (args: readonly string[]) => runInBash(commandLine(args), environment())

/** Nobody listens there. */
const NOWHERE = 'http://127.0.0.1:1'

describe.each(Object.entries(COMMANDS))('authcli %s', (path, command) => {
  it('that can not be meant ends with 2, before anything else is looked at', async () => {
    const words = path.split(' ')
    const run = await authcli([...words, '--nonsense', ...command.args(doubles).slice(words.length)])
    expect({ exitCode: run.exitCode, stdout: run.stdout.toString() }).toEqual({ exitCode: 2, stdout: '' })
    expect(run.stderr).toBe(
      `authcli: unknown option '--nonsense'\nauthcli: hint: run \`authcli ${path} --help\`\n`,
    )
  })

  it(`ends with ${command.withoutLogin} where nobody has logged in, and waits for nobody`, async () => {
    const run = await authcli(command.args(doubles))
    expect(run.exitCode).toBe(command.withoutLogin)
    if (run.exitCode !== 0) expect(run.stdout.toString()).toBe('')
  })

  it(`ends with ${command.withoutNetwork} where nothing can be reached, and keeps the login`, async () => {
    const session = { expiresAt: Date.now() - 1000 }
    for (const name of ['work', 'other']) {
      await placeLogin(doubles.home, { api: NOWHERE, issuer: NOWHERE }, { name, session })
    }
    const { exitCode, stderr } = await authcli(command.args({ api: { resource: NOWHERE } }))
    expect(exitCode).toBe(command.withoutNetwork)
    if (exitCode === 5) {
      expect(stderr).toMatch(/^authcli: the (API|AuthService) at http:\/\/127\.0\.0\.1:1 can't be reached/)
      expect((await authcli(['status'])).exitCode).toBe(0)
    }
  })
})
