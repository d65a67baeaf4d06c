import { cpSync } from 'node:fs'
import { relative, sep } from 'node:path'

const LEFT_OUT = ['node_modules', 'dist', '.git', '.tmp', 'coverage']

/** Copies the project's sources, and nothing that was installed or built, to a new folder. */
export function copyTree(from: string, to: string): void {
  cpSync(from, to, {
    recursive: true,
    filter: (path) => !LEFT_OUT.includes(relative(from, path).split(sep)[0] ?? ''),
  })
}
