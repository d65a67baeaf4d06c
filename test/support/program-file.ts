import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PROJECT_ROOT } from './project-root.js'

/** The three commands of the package. */
export type CommandName = 'authcli' | 'auth-service' | 'backend-api'

/** The file of a built command, as package.json names it. */
export function programFile(name: CommandName): string {
  const { bin } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8'))
  return join(PROJECT_ROOT, bin[name])
}
