import { existsSync } from 'node:fs'
import type { RunDependencies } from '../run-dependencies.js'

/** What a login needs to know of where it runs. */
export interface Surroundings {
  platform: NodeJS.Platform
  /** Somebody reads what is said and can answer: stdin and stderr are a terminal. */
  hasTerminal: boolean
  /** What is typed can be read key by key. */
  hasKeyboard: boolean
  /** A desktop of this computer shows windows. On Windows and macOS it always does. */
  hasDisplay: boolean
  /** `BROWSER` names what opens pages: also editors set it, and then it opens them where the person sits. */
  hasNamedBrowser: boolean
  /** The person sits at another computer. */
  ssh: SshSession | undefined
  isWsl: boolean
  isContainer: boolean
  /** A machine runs this, whatever the streams look like. */
  isCi: boolean
  /** The terminal can show `█` and `▀`. */
  showsBlocks: boolean
}

/** How this computer is reached from the one at which the person sits, as far as that is known. */
export interface SshSession {
  user?: string
  host?: string
  port?: number
}

const CI_VARIABLES = [
  'CI',
  'GITHUB_ACTIONS',
  'GITLAB_CI',
  'BUILDKITE',
  'JENKINS_URL',
  'TEAMCITY_VERSION',
  'TF_BUILD',
]
const CONTAINER_VARIABLES = ['container', 'KUBERNETES_SERVICE_HOST']
/** Made by Docker and by Podman. */
const CONTAINER_FILES = ['/.dockerenv', '/run/.containerenv']

/** Names that stand in a shell's line as they are. */
const USER_NAME = /^[A-Za-z0-9_][A-Za-z0-9._-]*$/
const ADDRESS = /^[0-9A-Fa-f:.]+(%[A-Za-z0-9]+)?$/

/**
 * Finds out once where authcli runs. Reads the environment, the streams and, for containers, whether two
 * files exist; asks nobody.
 */
export function detectSurroundings(
  { env, platform, stdin, stderr }: Pick<RunDependencies, 'env' | 'platform' | 'stdin' | 'stderr'>,
  fileExists: (path: string) => boolean = existsSync,
): Surroundings {
  const isSet = (name: string) => (env[name] ?? '') !== ''
  const hasTerminal = stdin.isTTY === true && stderr.isTTY === true
  const isWsl = platform === 'linux' && (isSet('WSL_DISTRO_NAME') || isSet('WSL_INTEROP'))
  return {
    platform,
    hasTerminal,
    hasKeyboard: hasTerminal && stdin.openKeyboard !== undefined,
    hasDisplay: ['win32', 'darwin'].includes(platform) || isSet('DISPLAY') || isSet('WAYLAND_DISPLAY'),
    hasNamedBrowser: isSet('BROWSER'),
    ssh: ['SSH_CONNECTION', 'SSH_CLIENT', 'SSH_TTY'].some(isSet) ? readSsh(env) : undefined,
    isWsl,
    isContainer:
      CONTAINER_VARIABLES.some(isSet) || (platform === 'linux' && CONTAINER_FILES.some(fileExists)),
    isCi: CI_VARIABLES.some((name) => isSet(name) && !/^(0|false|no)$/i.test(env[name] ?? '')),
    showsBlocks: hasTerminal && env['TERM'] !== 'dumb' && speaksUnicode(env),
  }
}

/** `SSH_CONNECTION`: the client's address and port, and then this computer's, as the client reached it. */
function readSsh(env: RunDependencies['env']): SshSession {
  const [, , host = '', port = ''] = (env['SSH_CONNECTION'] ?? '').split(' ')
  const user = env['USER'] ?? env['LOGNAME'] ?? ''
  return {
    ...(USER_NAME.test(user) && { user }),
    ...(ADDRESS.test(host) && { host }),
    ...(/^\d{1,5}$/.test(port) && { port: Number(port) }),
  }
}

/** Unless the locale says otherwise: where none is set, as in containers, the terminal has one all the same. */
function speaksUnicode(env: RunDependencies['env']): boolean {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || ''
  return locale === '' || /utf-?8/i.test(locale)
}
