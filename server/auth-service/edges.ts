/** What the program takes from its surroundings, so that a test can be the surroundings. */
export interface Edges {
  /** Without the names of node and of the script. */
  argv: readonly string[]
  env: Readonly<Record<string, string | undefined>>
  homeDirectory: string
  /** That of the package. */
  version: string
  /** Epoch milliseconds. */
  now: () => number
  stdin: Input
  stdout: Output
  stderr: Output
  /** Resolves when the system asks the program to end (SIGTERM, SIGINT); from the first call on, it no longer just dies. */
  stopRequested(): Promise<void>
  /** Ends the process at once, whatever is under way. */
  exit(code: number): void
  /** For how long a stop may take before it is an exit; 9.5 s unless told. */
  stopLimitMs?: number
}

/** Where a password is read from: a terminal, or something piped. */
export interface Input extends AsyncIterable<string | Uint8Array> {
  readonly isTTY?: boolean | undefined
  setRawMode?(on: boolean): unknown
  setEncoding(encoding: 'utf8'): unknown
  on(event: 'data', listener: (text: string) => void): unknown
  off(event: 'data', listener: (text: string) => void): unknown
  resume(): unknown
  pause(): unknown
}

export interface Output {
  readonly isTTY?: boolean | undefined
  write(text: string): unknown
}
