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
    const lines = together((text) => void stdout.write(text))
    return { write: lines.write, close: async () => lines.flush() }
  }
  // Opened at once: a log that can't be written from the start is a mistake to be told, not to be lived with.
  const file = createWriteStream(path, { fd: openSync(path, 'a', 0o600) })
  // A full disk ends the log and not the service.
  file.on('error', (error) => stderr.write(`auth-service: the log can't be written: ${error.message}\n`))
  const lines = together((text) => void file.write(text))
  return {
    write: lines.write,
    close: () => {
      lines.flush()
      return new Promise((resolve) => file.end(() => resolve()))
    },
  }
}

/**
 * Passes the lines of one event-loop turn on together: under load that is one system call for many requests, and no
 * line ever waits longer than for the turn to end.
 */
function together(pass: (text: string) => void): { write(line: string): void; flush(): void } {
  let kept = ''
  function flush(): void {
    const text = kept
    kept = ''
    if (text !== '') pass(text)
  }
  return {
    write(line) {
      if (kept === '') setImmediate(flush)
      kept += line
    },
    flush,
  }
}
