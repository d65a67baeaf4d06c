import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import type { RowCounts } from '../../../server/auth-service/store/all-rows.js'
import { type CommandResult, runCommand } from './command-line.js'
import type { TestDatabase } from './databases.js'

/** With which the commands run. */
export const SECRET = Buffer.alloc(32, 3)

/**
 * Changes the lines of a data file, the last one aside, which is written anew with the right sum.
 * @param change gets the lines, and gives the numbers of rows that are others then.
 */
export function rewriteDataFile(path: string, change: (lines: string[]) => Partial<RowCounts>): void {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
  const { rows } = JSON.parse(lines.pop() ?? '')
  const changed = change(lines)
  const text = `${lines.join('\n')}\n`
  const sha256 = createHash('sha256').update(text).digest('hex')
  writeFileSync(path, `${text}${JSON.stringify({ rows: { ...rows, ...changed }, sha256 })}\n`)
}

/** Runs a command on a database. */
export function runOn(
  { location }: TestDatabase,
  args: readonly string[],
  more: Record<string, string> = {},
): Promise<CommandResult> {
  const database: Record<string, string> =
    'url' in location ? { DATABASE_URL: location.url } : { AUTH_SERVICE_DATABASE: location.path }
  return runCommand(args, { env: { AUTH_SERVICE_SECRET: SECRET.toString('base64'), ...database, ...more } })
}
