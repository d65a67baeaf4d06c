import type { Writable } from 'node:stream'
import type { Http } from '../http.js'

/** stdout or stderr: what a terminal adds to a stream is absent on a pipe. */
export type OutputStream = Writable & { isTTY?: boolean; columns?: number }

/**
 * Everything that a run of authcli takes from the outside world. `bin/authcli.ts` passes the real things;
 * a test passes its own and runs the whole program in process.
 */
export interface RunDependencies {
  /** The arguments after `node authcli.js`. */
  argv: readonly string[]
  env: Readonly<Record<string, string | undefined>>
  stdin: { isTTY?: boolean }
  stdout: OutputStream
  stderr: OutputStream
  /** Epoch milliseconds. */
  now: () => number
  platform: NodeJS.Platform
  homeDirectory: string
  /** The id of the user who runs this; part of the name of a session's lock. */
  uid: number | string
  version: string
  /** Aborted by SIGINT or SIGTERM. */
  signal: AbortSignal
  /** Replaces the real HTTP client, in tests. */
  http?: Http
}
