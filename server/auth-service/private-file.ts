import { randomUUID } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** The text of a file, or undefined when there is none. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined
    throw error
  }
}

/**
 * Makes a file that only this user may read, unless there is one, and gives back what it holds then. Of several
 * processes that make it at once, one does, and nobody ever reads half of it.
 */
export function createPrivateFile(path: string, text: string): string {
  const temporary = writeTemporary(path, text)
  try {
    linkSync(temporary, path)
    return text
  } catch (error) {
    if (isCode(error, 'EEXIST')) return readFileSync(path, 'utf8')
    throw error
  } finally {
    rmSync(temporary, { force: true })
  }
}

/** Puts a file that only this user may read in the place of the one there is, in one step. */
export function replacePrivateFile(path: string, text: string): void {
  renameSync(writeTemporary(path, text), path)
}

function writeTemporary(path: string, text: string): string {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const temporary = `${path}.${randomUUID()}`
  writeFileSync(temporary, text, { flag: 'wx', mode: 0o600, flush: true })
  return temporary
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
