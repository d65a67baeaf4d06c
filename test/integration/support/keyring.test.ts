import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, describe, expect, it } from 'vitest'
import { type Keyring, type KeyringState, startKeyring } from '../../support/keyring.js'
import { PROJECT_ROOT } from '../../support/project-root.js'
import { makeTemporaryFolder } from '../../support/temporary-folder.js'

let keyring: Keyring | undefined
afterEach(() => keyring?.stop())

/** Asks keytar in a process of its own, because the address of the bus is read once in a process. */
function keytar(at: Keyring, expression: string) {
  const script = `const keytar = require('keytar'); ${expression}.then((value) => console.log(JSON.stringify(value)), (error) => { console.log(error.message); process.exitCode = 1 })`
  const { status, stdout } = spawnSync(process.execPath, ['-e', script], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], ...at.env },
  })
  return { status, said: stdout.trim() }
}

async function start(state: KeyringState): Promise<Keyring> {
  keyring = await startKeyring({ state })
  return keyring
}

describe('a private keychain', () => {
  it('keeps what one process wrote for the next one', async () => {
    const unlocked = await start('unlocked')
    expect(keytar(unlocked, `keytar.setPassword('authcli', 'demo', 'kept')`).status).toBe(0)
    expect(keytar(unlocked, `keytar.getPassword('authcli', 'demo')`).said).toBe('"kept"')
  })

  it('keeps it when the daemon is started again', async () => {
    const unlocked = await start('unlocked')
    keytar(unlocked, `keytar.setPassword('authcli', 'demo', 'kept')`)
    await unlocked.reopen()
    expect(keytar(unlocked, `keytar.getPassword('authcli', 'demo')`).said).toBe('"kept"')
  })

  it('answers null and refuses to write while it is locked', async () => {
    const locked = await start('locked')
    expect(keytar(locked, `keytar.getPassword('authcli', 'demo')`).said).toBe('null')
    expect(keytar(locked, `keytar.setPassword('authcli', 'demo', 'kept')`).said).toMatch(/locked collection/)
  })

  it('has no Secret Service where no daemon was started', async () => {
    const empty = await start('no-daemon')
    expect(keytar(empty, `keytar.getPassword('authcli', 'demo')`).said).toMatch(/org.freedesktop.secrets/)
  })

  it('has nobody listening where there is no bus', async () => {
    const nothing = await start('no-bus')
    expect(keytar(nothing, `keytar.getPassword('authcli', 'demo')`).said).toMatch(/Could not connect/)
  })

  it('lets a call wait while it is suspended and answers it when it is resumed', async () => {
    const suspended = await start('suspended')
    const script = `require('keytar').getPassword('authcli', 'demo').then(() => console.log('answered')); console.log('asked')`
    const child = spawn(process.execPath, ['-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { PATH: process.env['PATH'], ...suspended.env },
    })
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
    expect((await lines.next()).value).toBe('asked')
    suspended.resume()
    expect((await lines.next()).value).toBe('answered')
  })

  it('is gone after it was stopped, suspended or not', async () => {
    const suspended = await startKeyring({ state: 'suspended' })
    const { busPid, daemonPid, env } = suspended
    await suspended.stop()
    expect([busPid, daemonPid].map(isRunning)).toEqual([false, false])
    expect(existsSync(socketOf(env.DBUS_SESSION_BUS_ADDRESS))).toBe(false)
  })

  it('does not outlive the process that started it, even a killed one', async () => {
    const runner = join(PROJECT_ROOT, 'test/support/run-typescript.mjs')
    const leftovers = makeTemporaryFolder('killed')
    const holder = spawn(process.execPath, [runner, join(import.meta.dirname, 'hold-keyring.ts')], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, TMPDIR: leftovers.path },
    })
    const [address] = await once(createInterface(holder.stdout), 'line')
    const bus = connect(socketOf(address))
    await once(bus, 'connect')
    // A bus that is killed may close a connection or reset it.
    bus.on('error', () => {})
    const closed = new Promise((resolve) => bus.once('close', resolve))
    holder.kill('SIGKILL')
    await closed
    leftovers.remove()
  })
})

function socketOf(address: string): string {
  return address.replace(/^unix:path=|,.*$/g, '')
}

function isRunning(pid: number | undefined): boolean {
  if (pid === undefined) return false
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
