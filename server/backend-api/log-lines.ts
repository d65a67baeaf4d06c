/** Where log lines go. */
export interface LogLines {
  write(line: string): void
}

/** Log lines that are kept until the end of the event-loop turn. */
export interface BufferedLogLines extends LogLines {
  /** Passes on what is kept. For the end of the program. */
  flush(): void
}

/**
 * Passes all lines of one event-loop turn on together: under load that is one system call for many requests,
 * and nobody ever waits longer for a line than for the turn to end.
 */
export function bufferLogLines(pass: (lines: string) => void): BufferedLogLines {
  let kept = ''

  function flush(): void {
    const lines = kept
    kept = ''
    if (lines !== '') pass(lines)
  }

  return {
    write(line) {
      if (kept === '') setImmediate(flush)
      kept += line
    },
    flush,
  }
}
