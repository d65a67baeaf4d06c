import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** A package of Debian that brings something that npm cannot. */
export interface SystemPackage {
  name: string
  /** What it is for, for a person who is asked to install it. */
  purpose: string
  isThere(): boolean
}

/** What `ensureSystemPackages` needs of the outside. `confirm` is absent where nobody can be asked. */
export interface SystemPackagesTalk {
  say(line: string): void
  confirm?(question: string): Promise<boolean>
}

const LIBRARY_FOLDERS = [
  '/usr/lib',
  '/usr/lib64',
  '/usr/local/lib',
  '/usr/lib/x86_64-linux-gnu',
  '/usr/lib/aarch64-linux-gnu',
]
const CHROMIUM_PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/** The parts of a Secret Service: its client library, the service, and the bus between them. */
export const KEYCHAIN_PACKAGES: readonly SystemPackage[] = [
  { name: 'libsecret-1-0', purpose: 'the keychain library', isThere: () => hasLibrary('libsecret-1.so.0') },
  { name: 'gnome-keyring', purpose: 'a keychain', isThere: () => hasProgram('gnome-keyring-daemon') },
  { name: 'dbus', purpose: 'the bus to the keychain', isThere: () => hasProgram('dbus-daemon') },
]

/** A browser that a program can drive. */
export const BROWSER_PACKAGES: readonly SystemPackage[] = [
  { name: 'chromium', purpose: 'a browser', isThere: () => chromiumPath() !== undefined },
]

/** Shells beside bash, which is there. */
export const SHELL_PACKAGES: readonly SystemPackage[] = [
  { name: 'zsh', purpose: 'a shell', isThere: () => hasProgram('zsh') },
  { name: 'fish', purpose: 'a shell', isThere: () => hasProgram('fish') },
]

/** Where Chromium is, or undefined. `AUTHCLI_TEST_CHROMIUM` names another one. */
export function chromiumPath(): string | undefined {
  return [process.env['AUTHCLI_TEST_CHROMIUM'], ...CHROMIUM_PATHS].find(
    (path) => path !== undefined && existsSync(path),
  )
}

/** Whether this user can install packages on this system: root on something with apt-get. */
function canInstall(): boolean {
  return process.getuid?.() === 0 && hasProgram('apt-get')
}

/** The line to type for a person who has to install the packages by hand. */
export function installCommand(packages: readonly SystemPackage[]): string {
  return `sudo apt-get install -y ${packages.map(({ name }) => name).join(' ')}`
}

/**
 * Makes sure that the packages are there: installs what is missing with apt-get where that is possible,
 * after asking where somebody can be asked, and says so in one line.
 * @returns false when something is still missing; the line that names it has been said.
 */
export async function ensureSystemPackages(
  packages: readonly SystemPackage[],
  { say, confirm }: SystemPackagesTalk,
): Promise<boolean> {
  const missing = packages.filter((each) => !each.isThere())
  if (missing.length === 0) return true
  const list = missing.map(({ name, purpose }) => `${name} (${purpose})`).join(', ')
  if (!canInstall()) {
    say(`missing on this system: ${list}; to install: ${installCommand(missing)}`)
    return false
  }
  if (confirm && !(await confirm(`install ${list} with apt-get?`))) {
    say(`not installed: ${list}; to install: ${installCommand(missing)}`)
    return false
  }
  say(`installing with apt-get: ${list}`)
  const trouble = install(missing.map(({ name }) => name))
  const stillMissing = missing.filter((each) => !each.isThere())
  if (stillMissing.length > 0) say(`could not install: ${list}; apt-get said: ${trouble}`)
  return stillMissing.length === 0
}

/** Runs apt-get, and once more after `apt-get update` if its lists were missing or old. Returns its complaint. */
function install(names: readonly string[]): string {
  const first = aptGet('install', '-y', '--no-install-recommends', ...names)
  if (first.status === 0) return ''
  const update = aptGet('update')
  if (update.status !== 0) return lastLine(update.stderr)
  return lastLine(aptGet('install', '-y', '--no-install-recommends', ...names).stderr)
}

function aptGet(...args: string[]) {
  // The lock: two test runs, or a system that updates itself, may be at it at the same time.
  return spawnSync('apt-get', ['-q', '-o', 'DPkg::Lock::Timeout=300', ...args], {
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? ''
}

function hasLibrary(file: string): boolean {
  return LIBRARY_FOLDERS.some((folder) => existsSync(join(folder, file)))
}

function hasProgram(name: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, name)))
}
