import { createWriteStream, openSync } from 'node:fs'
import type { Output } from './edges.js'

/** Where log lines go. */
export interface LogStream {
  write(line: string): void
  /** Resolves when everything is written. */
  close(): Promise<void>
}

/**
 * Appends to a file that only this user may read, or writes to stdout where no file is named.
 * @throws the system's error when the file can't be opened.
 */
export function openLog(
  path: string | undefined,
  { stdout, stderr }: { stdout: Output; stderr: Output },
): LogStream {
  if (path === undefined) {
    return { write: (line) => void stdout.write(line), close: async () => {} }
  }
  // Opened at once: a log that can't be written from the start is a mistake to be told, not to be lived with.
  const file = createWriteStream(path, { fd: openSync(path, 'a', 0o600) })
  // A full disk ends the log and not the service.
  file.on('error', (error) => stderr.write(`auth-service: the log can't be written: ${error.message}\n`))
  return {
    write: (line) => void file.write(line),
    close: () => new Promise((resolve) => file.end(() => resolve())),
  }
}
