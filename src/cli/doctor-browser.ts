import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { broken, type Check, type Outcome, ok, unchecked } from './doctor-check.js'
import type { RunDependencies } from './run-dependencies.js'
import { variable } from './settings.js'

const LIMIT_SECONDS = 1

/** What starts a browser on systems that always have it. */
const LAUNCHERS: Partial<Record<NodeJS.Platform, string>> = { darwin: 'open', win32: 'PowerShell' }

/** By which program a login would open the browser. Starts nothing. */
export function browserCheck({ env, platform }: Pick<RunDependencies, 'env' | 'platform'>): Check {
  return { name: 'browser', limitSeconds: LIMIT_SECONDS, look: () => lookForLauncher(env, platform) }
}

function lookForLauncher(env: RunDependencies['env'], platform: NodeJS.Platform): Outcome {
  const launcher = LAUNCHERS[platform]
  if (launcher !== undefined) return ok(`would be opened by \`${launcher}\``)
  if (variable(env, 'WSL_DISTRO_NAME') !== undefined) return ok('would be opened by PowerShell, on Windows')
  const hasDisplay = ['DISPLAY', 'WAYLAND_DISPLAY'].some((name) => variable(env, name) !== undefined)
  const hasBrowser = variable(env, 'BROWSER') !== undefined
  if (!hasDisplay && !hasBrowser) {
    return unchecked('there is no display: a login shows an address to open elsewhere')
  }
  if (!isInPath('xdg-open', env)) {
    return broken('`xdg-open`, which would open it, is not installed', 'install xdg-utils')
  }
  return ok(`would be opened by \`xdg-open\`${hasBrowser ? ', with the program that BROWSER names' : ''}`)
}

function isInPath(program: string, env: RunDependencies['env']): boolean {
  return (env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return folder !== ''
    } catch {
      return false
    }
  })
}
