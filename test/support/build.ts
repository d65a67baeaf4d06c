import { spawnSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { programFile } from './program-file.js'
import { PROJECT_ROOT } from './project-root.js'

const SOURCES = ['.build', 'bin', 'src', 'server', 'package.json', 'package-lock.json']
const PROGRAMS = (['authcli', 'auth-service', 'backend-api'] as const).map(programFile)

/** Builds the three programs with `npm run build` when one is missing or older than a source. */
export function buildIfStale(): void {
  const builtAt = Math.min(...PROGRAMS.map(changedAt))
  const sourcesChangedAt = Math.max(...SOURCES.map((source) => newestBelow(join(PROJECT_ROOT, source))))
  if (builtAt > sourcesChangedAt) return
  const { status, stdout, stderr } = spawnSync('npm', ['run', 'build'], {
    cwd: PROJECT_ROOT,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`npm run build failed:\n${stdout}${stderr}`)
}

function newestBelow(path: string): number {
  if (!statSync(path).isDirectory()) return changedAt(path)
  return Math.max(changedAt(path), ...readdirSync(path).map((name) => newestBelow(join(path, name))))
}

/** Epoch milliseconds of the last change; 0 for what is not there. */
function changedAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
}
