import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { endChild, startChild } from './child.js'
import { makeTemporaryFolder } from './temporary-folder.js'

/** In which state a private keychain starts. */
export type KeyringState =
  /** A bus, a daemon and an unlocked login keyring: what a desktop has. */
  | 'unlocked'
  /** The login keyring exists and is locked, and nothing can ask a person for its password (ssh, CI). */
  | 'locked'
  /** The daemon is stopped (SIGSTOP): it accepts calls and never answers. */
  | 'suspended'
  /** A bus without a Secret Service. */
  | 'no-daemon'
  /** An address where no bus listens. */
  | 'no-bus'

/** A Secret Service of our own: a D-Bus daemon and a gnome-keyring-daemon, both in a temporary folder. */
export interface Keyring {
  /** What a program needs in its environment to find this keychain, and nothing else. */
  env: { DBUS_SESSION_BUS_ADDRESS: string }
  busPid: number | undefined
  daemonPid: number | undefined
  /** Locks the login keyring. Only starting the daemon anew opens it again: see `reopen`. */
  lock(): Promise<void>
  /** Stops the daemon with SIGSTOP: every call to the keychain waits from now on. */
  suspend(): void
  /** Lets a suspended daemon go on. */
  resume(): void
  /** Kills the daemon and starts it again on the same keyring, unlocked, as a new desktop session does. */
  reopen(): Promise<void>
  /** Ends both daemons by their process ids and removes their folder. */
  stop(): Promise<void>
}

const PASSWORD = 'the password of the login keyring'
const SECRET_SERVICE = 'org.freedesktop.secrets'
const LOGIN_COLLECTION = '/org/freedesktop/secrets/collection/login'

/**
 * Starts a private keychain and resolves when it answers (in about 50 ms). Nothing of it outlives this
 * process, however this process ends.
 */
export async function startKeyring(options: { state?: KeyringState } = {}): Promise<Keyring> {
  const state = options.state ?? 'unlocked'
  const folder = makeTemporaryFolder('keyring')
  const bus = state === 'no-bus' ? undefined : await startBus(folder.path)
  const address = bus?.address ?? `unix:path=${join(folder.path, 'nobody-listens-here')}`
  const startTheDaemon = () => startDaemon(folder.path, address)
  let daemon = bus && state !== 'no-daemon' ? await startTheDaemon() : undefined

  const keyring: Keyring = {
    env: { DBUS_SESSION_BUS_ADDRESS: address },
    busPid: bus?.child.pid,
    get daemonPid() {
      return daemon?.pid
    },
    lock: () => lockLoginKeyring(address),
    suspend: () => void daemon?.kill('SIGSTOP'),
    resume: () => void daemon?.kill('SIGCONT'),
    reopen: async () => {
      if (daemon) await endChild(daemon)
      daemon = await startTheDaemon()
    },
    stop: async () => {
      if (daemon) await endChild(daemon)
      if (bus) await endChild(bus.child)
      folder.remove()
    },
  }
  if (state === 'locked') await keyring.lock()
  if (state === 'suspended') keyring.suspend()
  return keyring
}

/** Starts a message bus that knows no service to activate, and waits until it prints its address. */
async function startBus(folder: string): Promise<{ child: ChildProcess; address: string }> {
  const config = join(folder, 'bus.conf')
  writeFileSync(
    config,
    `<busconfig>
      <type>session</type>
      <listen>unix:path=${join(folder, 'bus')}</listen>
      <auth>EXTERNAL</auth>
      <policy context="default">
        <allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
      </policy>
    </busconfig>`,
  )
  const child = startChild(
    'dbus-daemon',
    [`--config-file=${config}`, '--nofork', '--nopidfile', '--print-address=1'],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  )
  return { child, address: await firstLine(child) }
}

/** Starts the keyring daemon on its own home and waits until it owns its name on the bus. */
async function startDaemon(folder: string, address: string): Promise<ChildProcess> {
  const runtime = join(folder, 'run')
  mkdirSync(runtime, { recursive: true, mode: 0o700 })
  const nameIsOwned = await watchForOwner(address)
  const child = startChild(
    'gnome-keyring-daemon',
    ['--foreground', '--unlock', '--components=secrets', `--control-directory=${join(runtime, 'control')}`],
    {
      stdio: ['pipe', 'ignore', 'ignore'],
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        XDG_RUNTIME_DIR: runtime,
        DBUS_SESSION_BUS_ADDRESS: address,
      },
    },
  )
  child.stdin?.end(PASSWORD)
  await nameIsOwned(child)
  return child
}

/** Listens on the bus; the function that it gives back resolves when the Secret Service has come. */
async function watchForOwner(address: string): Promise<(daemon: ChildProcess) => Promise<void>> {
  const rule = `type='signal',member='NameOwnerChanged',arg0='${SECRET_SERVICE}'`
  const monitor = startChild('dbus-monitor', ['--address', address, rule], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  if (!monitor.stdout) throw new Error('dbus-monitor has no output')
  const lines = createInterface(monitor.stdout)[Symbol.asyncIterator]()
  // It is told that it owns its unique name before it is told anything else: from then on it sees everything.
  await lines.next()
  const comes = async () => {
    for (let line = await lines.next(); !line.done; line = await lines.next()) {
      if (line.value.includes('member=NameOwnerChanged')) return
    }
    throw new Error('the bus went away')
  }
  return async (daemon) => {
    const goes = once(daemon, 'exit').then(([code]) => {
      throw new Error(`gnome-keyring-daemon ended with ${code}`)
    })
    goes.catch(() => undefined)
    await Promise.race([comes(), goes])
    await endChild(monitor)
  }
}

async function lockLoginKeyring(address: string): Promise<void> {
  const child = spawn('dbus-send', [
    `--bus=${address}`,
    `--dest=${SECRET_SERVICE}`,
    '--print-reply',
    '/org/freedesktop/secrets',
    'org.freedesktop.Secret.Service.Lock',
    `array:objpath:${LOGIN_COLLECTION}`,
  ])
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`the keyring could not be locked: dbus-send ended with ${code}`)
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('the program has no output')
  for await (const line of createInterface(child.stdout)) return line
  throw new Error('the program ended without a line')
}
