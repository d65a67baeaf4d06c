import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { startKeyring } from '../support/keyring.js'
import { PROJECT_ROOT } from '../support/project-root.js'
import {
  ensureSystemPackages,
  KEYCHAIN_PACKAGES,
  type SystemPackagesTalk,
} from '../support/system-packages.js'

/** Where the demo's tokens are kept. */
export interface DemoKeychain {
  store: 'keychain' | 'file'
  /** What it is, for a person. */
  description: string
  /** What authcli needs in its environment to find it. */
  env: Record<string, string>
  stop(): Promise<void>
}

type Environment = Readonly<Record<string, string | undefined>>

/** What leads to the keychain of the person who is logged in at this machine. */
const OWN_KEYCHAIN_VARIABLES = [
  'HOME',
  'USER',
  'DBUS_SESSION_BUS_ADDRESS',
  'XDG_RUNTIME_DIR',
  'SystemRoot',
  'APPDATA',
]
const PROBE_LIMIT_MS = 5_000

/**
 * Chooses a keychain for the demo: the machine's own where one answers; else a private one, for which missing
 * packages are installed where that is possible; else the sealed file store.
 */
export async function chooseKeychain(env: Environment, talk: SystemPackagesTalk): Promise<DemoKeychain> {
  const own = Object.fromEntries(
    OWN_KEYCHAIN_VARIABLES.flatMap((name) => (env[name] ? [[name, env[name]]] : [])),
  )
  if (mayHaveKeychain(env) && (await answers(own)))
    return { store: 'keychain', description: 'the keychain of this machine', env: own, stop: async () => {} }

  if (process.platform === 'linux' && (await ensureSystemPackages(KEYCHAIN_PACKAGES, talk))) {
    const keyring = await startKeyring()
    const description = 'a private gnome-keyring, because this machine has no keychain of its own'
    return { store: 'keychain', description, env: { ...keyring.env }, stop: keyring.stop }
  }
  return {
    store: 'file',
    description: 'a sealed file, because there is no keychain here and none could be started',
    env: { AUTHCLI_STORE_KEY: randomBytes(32).toString('base64') },
    stop: async () => {},
  }
}

/** On Linux a keychain is on the session's bus. Without an address, the client library would start a bus. */
function mayHaveKeychain(env: Environment): boolean {
  return process.platform !== 'linux' || Boolean(env['DBUS_SESSION_BUS_ADDRESS'])
}

/** Whether a keychain keeps what it is given: locked and broken ones do not. In a process that can be ended. */
async function answers(env: Record<string, string>): Promise<boolean> {
  const account = `probe-${randomBytes(4).toString('hex')}`
  const script = `
    const { default: keytar } = await import('keytar')
    await keytar.setPassword('authcli-demo', '${account}', 'probe')
    const kept = await keytar.getPassword('authcli-demo', '${account}')
    await keytar.deletePassword('authcli-demo', '${account}')
    process.exitCode = kept === 'probe' ? 0 : 1`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    cwd: PROJECT_ROOT,
    env,
    stdio: 'ignore',
    timeout: PROBE_LIMIT_MS,
    killSignal: 'SIGKILL',
  })
  const [code] = await once(child, 'exit')
  return code === 0
}
