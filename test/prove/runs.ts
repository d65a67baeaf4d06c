import { type Exit, type Program, startProgram } from '../support/processes.js'
import type { Login } from './logins.js'

/** One process of authcli. */
export interface Run {
  login: Login
  pid: number
  output: Program['output']
  exited: Promise<Exit>
  /** Resolves with true as soon as a line of its trace or talk matches, with false when it ends without. */
  says(pattern: RegExp): Promise<boolean>
  signal(signal: NodeJS.Signals): void
}

/** Starts processes of authcli, and knows whose requests are whose. */
export interface Runs {
  /** `authcli --verbose get-items` with this login. */
  getItems(login: Login): Run
  /** Any command with this login. */
  start(login: Login, args: readonly string[]): Run
  /** The process that sends its requests with this trace id. */
  ofTrace(traceId: string): Promise<Run>
}

const TRACE_ID = /traceparent=00-([0-9a-f]{32})-/

export function createRuns(): Runs {
  const known = new Map<string, { run: Promise<Run>; tell: (run: Run) => void }>()
  const slot = (traceId: string) => {
    let tell: (run: Run) => void = () => {}
    const run = new Promise<Run>((resolve) => {
      tell = resolve
    })
    const made = known.get(traceId) ?? { run, tell }
    known.set(traceId, made)
    return made
  }

  const start = (login: Login, args: readonly string[]): Run => {
    const { env, profile, file } = login
    const program = startProgram('authcli', ['--profile', profile, ...args], {
      env,
      input: '',
      ...(file !== undefined && { file }),
    })
    const run: Run = {
      login,
      pid: program.pid,
      output: program.output,
      exited: program.exited,
      says: (pattern) =>
        program.line(pattern).then(
          () => true,
          () => false,
        ),
      signal: program.signal,
    }
    let isTold = false
    program.onLine((line) => {
      const traceId = isTold ? undefined : TRACE_ID.exec(line)?.[1]
      if (traceId === undefined) return
      isTold = true
      slot(traceId).tell(run)
    })
    return run
  }
  return {
    start,
    getItems: (login) => start(login, ['--verbose', 'get-items', '--limit', '3']),
    ofTrace: (traceId) => slot(traceId).run,
  }
}

/** Sends SIGKILL, waits for the end, and says whether it was this that ended it. */
export async function kill(run: Run): Promise<boolean> {
  run.signal('SIGKILL')
  return (await run.exited).signal === 'SIGKILL'
}
