import { randomBytes } from 'node:crypto'
import { PassThrough, Readable, Writable } from 'node:stream'
import { run } from '../../../src/cli/run.js'
import type { Edges, Keyboard, OutputStream, RunDependencies } from '../../../src/cli/run-dependencies.js'
import { makeTemporaryFolder } from '../temporary-folder.js'

/** A home that authcli runs in: empty at first, gone at the end. */
export interface Home {
  path: string
  env: Record<string, string>
  remove(): void
}

/** How one run of authcli differs from one in a script without a terminal. */
export interface RunOptions {
  env?: Record<string, string>
  /** What is read from stdin: nothing, unless it is given. */
  stdin?: Readable
  /** All three streams are a terminal of so many columns, on a desktop, with nobody at the keyboard. */
  terminal?: { columns: number }
  /** The keyboard of that terminal. */
  keyboard?: TestKeyboard
  edges?: Partial<Edges>
  signal?: AbortSignal
  /** Epoch milliseconds. */
  now?: () => number
  stdout?: OutputStream
  /** Called with everything that is written to stderr so far, as it grows. */
  onTalk?: (stderr: string) => void
}

/** What a run left behind. */
export interface Run {
  exitCode: number
  stdout: string
  stderr: string
}

/** A home whose file store is sealed under a key of its own; no keychain is touched. */
export function makeHome(): Home {
  const folder = makeTemporaryFolder('home')
  const env = { AUTHCLI_STORE: 'file', AUTHCLI_STORE_KEY: randomBytes(32).toString('base64') }
  return { path: folder.path, env, remove: folder.remove }
}

/** Runs the whole program in this process. */
export async function runAuthcli(home: Home, args: string[], options: RunOptions = {}): Promise<Run> {
  const stdout = collect()
  const stderr = collect(options.onTalk)
  const streams = { stdout: options.stdout ?? stdout.stream, stderr: stderr.stream }
  const exitCode = await run(testDependencies(home, args, streams, options))
  return { exitCode, stdout: stdout.text(), stderr: stderr.text() }
}

/** What a run takes from the outside, in a home of the tests. */
export function testDependencies(
  home: Home,
  args: readonly string[],
  streams: { stdout: OutputStream; stderr: OutputStream },
  options: RunOptions = {},
): RunDependencies {
  const terminal = options.terminal && { isTTY: true, columns: options.terminal.columns }
  return {
    argv: args,
    env: { ...(terminal && { DISPLAY: ':0' }), ...home.env, ...options.env },
    stdin: {
      ...terminal,
      open: () => options.stdin ?? Readable.from([]),
      openKeyboard: terminal && (() => (options.keyboard ?? testKeyboard()).open()),
    },
    stdout: options.stdout ?? Object.assign(streams.stdout, { ...terminal }),
    stderr: Object.assign(streams.stderr, { ...terminal }),
    now: options.now ?? Date.now,
    platform: process.platform,
    homeDirectory: home.path,
    lockFolder: home.path,
    hostName: () => 'ada’s laptop',
    random: Math.random,
    uid: process.getuid?.() ?? 0,
    pid: process.pid,
    version: '0.0.0-test',
    nodeVersion: process.versions.node,
    systemRelease: '6.1.0-test',
    architecture: process.arch,
    signal: options.signal ?? new AbortController().signal,
    ...(options.edges !== undefined && { edges: options.edges }),
  }
}

/** Keys for somebody to press while authcli listens. */
export interface TestKeyboard {
  open(): Keyboard
  type(text: string): void
  isOpen(): boolean
}

export function testKeyboard(): TestKeyboard {
  let isOpen = false
  let listener: ((text: string) => void) | undefined
  return {
    open() {
      isOpen = true
      return {
        onText(listen) {
          listener = listen
        },
        close() {
          isOpen = false
        },
      }
    },
    type: (text) => listener?.(text),
    isOpen: () => isOpen,
  }
}

/** A stream of which nobody reads any more, like stdout behind `| head -1`. */
export function closedStream(code: string): OutputStream {
  return new Writable({
    write: (_chunk, _encoding, done) => done(Object.assign(new Error(code), { code })),
  })
}

function collect(onText: (text: string) => void = () => {}) {
  const chunks: string[] = []
  const stream = new PassThrough()
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    chunks.push(chunk)
    onText(chunks.join(''))
  })
  return { stream, text: () => chunks.join('') }
}
