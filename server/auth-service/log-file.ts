import { closeSync, openSync, writeFileSync } from 'node:fs'
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
  const file = openSync(path, 'a', 0o600)
  let hasFailed = false
  let isClosed = false
  const lines = together((text) => {
    try {
      // At once: to hand a few lines to another thread takes longer than to write them.
      writeFileSync(file, text)
    } catch (error) {
      // A full disk loses log lines and not the service.
      if (!hasFailed) stderr.write(`auth-service: the log can't be written: ${messageOf(error)}\n`)
      hasFailed = true
    }
  })
  return {
    write: (line) => {
      // The number of a closed file may be somebody else's by now.
      if (!isClosed) lines.write(line)
    },
    close: async () => {
      lines.flush()
      isClosed = true
      closeSync(file)
    },
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
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
