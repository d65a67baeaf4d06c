import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Home } from './run-authcli.js'

/** Every file below a home, by its path. */
export function filesOf(home: Home): string[] {
  return readdirSync(home.path, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(home.path, name)).isFile())
    .sort()
}

/** What the configuration file of a home says. */
export function configurationOf(home: Home): { profiles: Record<string, Record<string, unknown>> } {
  return JSON.parse(readFileSync(join(home.path, '.config/authcli/config.json'), 'utf8'))
}
