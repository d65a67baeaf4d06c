import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Keyring, type KeyringState, startKeyring } from '../../support/keyring.js'
import { type Program, startProgram } from '../../support/processes.js'
import { type KeychainLogin, logInToKeychain } from '../../support/session/keychain-login.js'
import { type SilentPrompter, startSilentPrompter } from '../../support/silent-prompter.js'
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.js'

/** The end of a limit, and of the process after it. */
const LIMIT_SECONDS = 1.2
const END_MS = 500

let folder: TemporaryFolder
let keyring: Keyring
let login: KeychainLogin
const prompters: SilentPrompter[] = []
beforeEach(async () => {
  folder = makeTemporaryFolder('states')
  keyring = await startKeyring()
  login = await logInToKeychain(folder.path, keyring.env)
})
afterEach(async () => {
  for (const prompter of prompters.splice(0)) prompter.stop()
  resumeBus()
  keyring.resume()
  await keyring.stop()
  folder.remove()
})

async function status(env: Record<string, string> = {}) {
  const program = startProgram('authcli', ['status'], { env: { ...login.env, ...env }, input: '' })
  return { ...(await program.exited), ...program.output }
}

/** The stopped bus goes on; the killed one does not. */
let resumeBus = () => {}

/** Brings the keychain into a state in which it does not answer. */
const HANGING: Record<string, () => Promise<void>> = {
  'a daemon that is stopped': async () => keyring.suspend(),
  'a bus that is stopped': async () => {
    const pid = keyring.busPid ?? 0
    process.kill(pid, 'SIGSTOP')
    resumeBus = () => {
      process.kill(pid, 'SIGCONT')
      resumeBus = () => {}
    }
  },
  'a password that nobody types': async () => {
    await keyring.lock()
    prompters.push(await startSilentPrompter(keyring.env))
  },
}

/** The moment at which it says that it waits, which is one second after the call began. */
async function waits(program: Program): Promise<number> {
  await program.line(/^waiting for the keychain to (answer|be unlocked)$/)
  return Date.now()
}

async function endOf(program: Program): Promise<{ code: number | null; at: number }> {
  const { code } = await program.exited
  return { code, at: Date.now() }
}

describe('a keychain that answers', () => {
  it('gives back the session', async () => {
    expect(await status()).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('demo') })
  })
})

describe('a keychain that is not to be had is told by its cause, with the ways out', () => {
  it.each<[KeyringState, string]>([
    ['no-bus', 'there is no keychain: nobody listens at the D-Bus session bus that the environment names'],
    [
      'no-daemon',
      'there is no keychain: no Secret Service (gnome-keyring, KWallet, KeePassXC) runs on the session bus',
    ],
  ])('%s', async (state, message) => {
    const other = await startKeyring({ state })
    const { code, stdout, stderr } = await status(other.env)
    await other.stop()
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain(`authcli: ${message}\n`)
    expect(stderr).toMatch(/hint: .*--store file.*AUTHCLI_STORE_KEY.*--insecure-plaintext.*AUTHCLI_TOKEN/)
  })

  it('no address', async () => {
    const { code, stderr } = await status({ DBUS_SESSION_BUS_ADDRESS: '' })
    expect(code).toBe(1)
    expect(stderr).toContain('DBUS_SESSION_BUS_ADDRESS names no D-Bus session bus')
  })

  it('locked, and nobody to ask', async () => {
    await keyring.lock()
    const { code, stderr } = await status()
    expect(code).toBe(1)
    expect(stderr).toMatch(/authcli: the keychain is locked.*\nauthcli: hint: unlock it/)
  })

  it('a keychain that is open, and from which somebody has removed the session', async () => {
    await login.remove()
    const { code, stderr } = await status()
    expect(code).toBe(4)
    expect(stderr).toBe(
      'authcli: the session of demo (profile default) is not in the keychain any more: it was removed\n' +
        'authcli: hint: run `authcli login`\n',
    )
  })

  it('a keychain that is locked, and shows nothing', async () => {
    await login.remove()
    await keyring.lock()
    const { code, stderr } = await status()
    expect(code).toBe(1)
    expect(stderr).toMatch(/it is locked, or the session was removed\nauthcli: hint: unlock it/)
  })

  it('a daemon that was killed', async () => {
    process.kill(keyring.daemonPid ?? 0, 'SIGKILL')
    const { code, stderr } = await status()
    expect(code).toBe(1)
    expect(stderr).toContain('no Secret Service')
  })
})

describe.each(Object.entries(HANGING))('%s', (_what, hang) => {
  beforeEach(hang)

  it('ends the process within the limit and half a second, with the right exit code', async () => {
    const env = { ...login.env, AUTHCLI_KEYCHAIN_TIMEOUT: String(LIMIT_SECONDS) }
    const program = startProgram('authcli', ['status'], { env, input: '' })
    const noticedAt = await waits(program)
    const { code, at } = await endOf(program)
    expect(code).toBe(1)
    expect(at - noticedAt).toBeLessThan((LIMIT_SECONDS - 1) * 1000 + END_MS)
    expect(program.output.stderr).toMatch(
      /the keychain (did not answer|was not unlocked) within 1\.2 seconds/,
    )
  })

  it.each(['SIGINT', 'SIGTERM'] as const)('ends within half a second of %s', async (signal) => {
    const program = startProgram('authcli', ['status'], { env: login.env, input: '' })
    await waits(program)
    const askedAt = Date.now()
    program.signal(signal)
    const { code, at } = await endOf(program)
    expect(code).toBe(130)
    expect(at - askedAt).toBeLessThan(END_MS)
  })
})

describe('a password that is typed late', () => {
  it('is waited for', async () => {
    keyring.suspend()
    const program = startProgram('authcli', ['status'], { env: login.env, input: '' })
    await waits(program)
    keyring.resume()
    expect(await program.exited).toMatchObject({ code: 0 })
    expect(program.output.stdout).toContain('demo')
  })
})

describe('a password dialog that is closed without a password', () => {
  it('is told for what it is, and how to go on', async () => {
    await keyring.lock()
    const prompter = await startSilentPrompter(keyring.env)
    const program = startProgram('authcli', ['status'], { env: login.env, input: '' })
    await program.line(/^waiting for the keychain to be unlocked$/)
    prompter.stop()
    expect(await program.exited).toMatchObject({ code: 1 })
    expect(program.output.stderr).toMatch(
      /authcli: the keychain is locked, and was not unlocked when it asked\nauthcli: hint: unlock it/,
    )
  })
})

describe('a bus that dies while it is asked', () => {
  it('is told, and ends the process', async () => {
    keyring.suspend()
    const program = startProgram('authcli', ['status'], { env: login.env, input: '' })
    await waits(program)
    process.kill(keyring.busPid ?? 0, 'SIGKILL')
    expect(await program.exited).toMatchObject({ code: 1 })
    expect(program.output.stderr).toContain('broke off in the middle of a call')
  })

  it('is told when it is the daemon', async () => {
    keyring.suspend()
    const program = startProgram('authcli', ['status'], { env: login.env, input: '' })
    await waits(program)
    process.kill(keyring.daemonPid ?? 0, 'SIGKILL')
    expect(await program.exited).toMatchObject({ code: 1 })
    expect(program.output.stderr).toContain('ended in the middle of a call')
  })
})
