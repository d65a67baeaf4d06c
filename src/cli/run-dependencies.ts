import type { Readable, Writable } from 'node:stream'
import type { Http } from '../http.js'
import type { OpenBrowser } from '../login/system-browser.js'
import type { openSessionStore } from '../session/open-session-store.js'
import type { LockNames } from '../session/session-lock.js'

/** stdout or stderr: what a terminal adds to a stream is absent on a pipe. */
export type OutputStream = Writable & { isTTY?: boolean; columns?: number }

/** stdin. Opening it takes a moment and keeps the process alive, so that it is opened by whoever reads it. */
export interface Input {
  isTTY?: boolean
  open(): Readable & { setRawMode?: (isRaw: boolean) => unknown }
  /** Takes the keyboard of the terminal that stdin is. Absent where there is none, or it is somebody else's now. */
  readonly openKeyboard?: (() => Keyboard) | undefined
}

/** A terminal's keyboard, key by key. Nothing of what is typed is shown; Ctrl-C and Ctrl-Z work as ever. */
export interface Keyboard {
  /** Calls back with what is typed or pasted, in whatever pieces it comes. */
  onText(listener: (text: string) => void): void
  /** Gives the terminal back as it was. */
  close(): void
}

/**
 * Everything that a run of authcli takes from the outside world. `bin/authcli.ts` passes the real things;
 * a test passes its own and runs the whole program in process.
 */
export interface RunDependencies {
  /** The arguments after `node authcli.js`. */
  argv: readonly string[]
  env: Readonly<Record<string, string | undefined>>
  stdin: Input
  stdout: OutputStream
  stderr: OutputStream
  /** Epoch milliseconds. */
  now: () => number
  /** From 0 to 1: for names in traces, never for secrets. */
  random: () => number
  platform: NodeJS.Platform
  /** Where the user's files are, by the environment or the system. */
  homeDirectory: string
  /** A folder of this user that does not depend on the environment: locks that are files lie in it. */
  lockFolder: string
  /** What the system calls this computer. */
  hostName: () => string
  /** The user who runs this: a number where the system has one. */
  uid: number | string
  pid: number
  version: string
  /** Of Node, such as `20.19.5`. */
  nodeVersion: string
  /** Of the operating system's kernel, as the system says it. */
  systemRelease: string
  /** Of the processor, such as `x64`. */
  architecture: string
  /** Aborted by SIGINT or SIGTERM. */
  signal: AbortSignal
  /**
   * From now on SIGINT, SIGTERM and SIGHUP end nothing, but are given to the listener; until what is given back
   * is called. Absent where there are no signals.
   */
  takeSignals?: (listener: (signal: NodeJS.Signals) => void) => () => void
  /** Told of calls that only the end of the process can cancel. */
  onNativeCall?: (call: Promise<unknown>) => void
  /** What tests put in the place of the real edges. */
  edges?: Partial<Edges>
}

/** The ways out of the program. The real ones are loaded when they are first needed. */
export interface Edges {
  http: Http
  openBrowser: OpenBrowser
  openStore: typeof openSessionStore
  lockNames: LockNames
}
