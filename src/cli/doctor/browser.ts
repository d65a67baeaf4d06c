import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { canOpenBrowser } from '../login/can-open-browser.js'
import { detectSurroundings, type Surroundings } from '../login/surroundings.js'
import type { RunDependencies } from '../run-dependencies.js'
import { broken, type Check, type Outcome, ok, unchecked } from './check.js'

const LIMIT_SECONDS = 1

/** What starts a browser on systems that always have it. */
const LAUNCHERS: Partial<Record<NodeJS.Platform, string>> = { darwin: 'open', win32: 'PowerShell' }

/** By which program a login would open the browser. Starts nothing. */
export function browserCheck(
  dependencies: Pick<RunDependencies, 'env' | 'platform' | 'stdin' | 'stderr'>,
): Check {
  const look = () => lookForLauncher(dependencies.env, detectSurroundings(dependencies))
  return { name: 'browser', limitSeconds: LIMIT_SECONDS, look }
}

function lookForLauncher(env: RunDependencies['env'], surroundings: Surroundings): Outcome {
  const { platform, ssh, isWsl, isContainer, hasNamedBrowser } = surroundings
  if (!canOpenBrowser(surroundings)) {
    const why = ssh === undefined ? 'there is no display' : 'you are here over SSH'
    return unchecked(`${why}: a login shows an address and a code to use elsewhere`)
  }
  const launcher = isWsl && !isContainer && ssh === undefined ? 'PowerShell' : LAUNCHERS[platform]
  if (launcher !== undefined) return ok(`would be opened by \`${launcher}\``)
  if (!isInPath('xdg-open', env)) {
    return broken('`xdg-open`, which would open it, is not installed', 'install xdg-utils')
  }
  return ok(
    `would be opened by \`xdg-open\`${hasNamedBrowser ? ', with the program that BROWSER names' : ''}`,
  )
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
