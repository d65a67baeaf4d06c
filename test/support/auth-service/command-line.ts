import { Readable } from 'node:stream'
import type { Edges, Input } from '../../../server/auth-service/edges.js'
import { run } from '../../../server/auth-service/main.js'

/** What a command wrote and how it ended. */
export interface CommandResult {
  code: number
  stdout: string
  stderr: string
}

export interface CommandOptions {
  env?: Record<string, string>
  /** What stdin holds; without a terminal. */
  input?: string
  stdin?: Input
  stopLimitMs?: number
}

/** Runs an operator's command in this process. */
export async function runCommand(
  argv: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const { edges, output } = commandEdges(argv, options)
  const code = await run(edges)
  return { code, ...output }
}

/** A server that runs in this process. */
export interface RunningServer {
  output: { stdout: string; stderr: string }
  /** Resolves with its issuer when it listens, rejects with its output when it ends before. */
  listening: Promise<string>
  /** Asks it to stop, as SIGTERM would, and gives its exit code. */
  stop(): Promise<number>
  /** Resolves with the code when it wants to end the process by force. */
  forced: Promise<number>
}

export function startServer(argv: readonly string[], options: CommandOptions = {}): RunningServer {
  let requestStop = () => {}
  const stopRequested = new Promise<void>((resolve) => {
    requestStop = resolve
  })
  let exit = (_code: number) => {}
  const forced = new Promise<number>((resolve) => {
    exit = resolve
  })
  const { edges, output, wrote } = commandEdges(argv, options)
  const ended = run({ ...edges, stopRequested: () => stopRequested, exit })
  const listening = new Promise<string>((resolve, reject) => {
    wrote(() => {
      const [, issuer] = /^auth-service: listening on (\S+)$/m.exec(output.stdout) ?? []
      if (issuer !== undefined) resolve(issuer)
    })
    ended.then(() => reject(new Error(`it ended: ${output.stderr}`)), reject)
  })
  return {
    output,
    listening,
    forced,
    async stop() {
      requestStop()
      return ended
    },
  }
}

function commandEdges(argv: readonly string[], options: CommandOptions) {
  const output = { stdout: '', stderr: '' }
  let listener = () => {}
  const edges: Edges = {
    argv,
    env: options.env ?? {},
    homeDirectory: '/nonexistent',
    version: '1.2.3',
    now: Date.now,
    stdin: options.stdin ?? (Readable.from([options.input ?? '']) as unknown as Input),
    stdout: {
      write(text) {
        output.stdout += text
        listener()
      },
    },
    stderr: {
      write(text) {
        output.stderr += text
      },
    },
    stopRequested: () => new Promise(() => {}),
    exit: () => {},
    ...(options.stopLimitMs === undefined ? {} : { stopLimitMs: options.stopLimitMs }),
  }
  const wrote = (listen: () => void) => {
    listener = listen
  }
  return { edges, output, wrote }
}
