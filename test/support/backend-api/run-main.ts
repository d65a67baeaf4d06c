import { EventEmitter } from 'node:events'
import { Writable } from 'node:stream'
import { main } from '../../../server/backend-api/main.js'

/** The program as a function, between edges that a test holds. */
export interface RunningMain {
  exitCode: Promise<number>
  output: { stdout: string; stderr: string }
  /** Resolves with the first match on stdout; rejects when the program ends without one. */
  printed(pattern: RegExp): Promise<RegExpExecArray>
  signal(name: 'SIGTERM' | 'SIGINT'): void
}

/** Runs `main` with these arguments and this environment, and nothing else of the machine. */
export function runMain(
  argv: readonly string[],
  environment: Record<string, string> = {},
  options: { homeDirectory?: string; isTTY?: boolean; stopTimeoutMs?: number } = {},
): RunningMain {
  const signals = new EventEmitter()
  const output = { stdout: '', stderr: '' }
  const written = new EventEmitter()
  const stream = (name: keyof typeof output) =>
    new Writable({
      write(chunk, _encoding, done) {
        output[name] += String(chunk)
        written.emit('more')
        done()
      },
    })
  const exitCode = main({
    argv,
    environment,
    stdout: Object.assign(stream('stdout'), { isTTY: options.isTTY ?? false }),
    stderr: stream('stderr'),
    signals,
    homeDirectory: options.homeDirectory ?? '/nonexistent',
    version: '1.2.3',
    now: Date.now,
    ...(options.stopTimeoutMs !== undefined && { stopTimeoutMs: options.stopTimeoutMs }),
  })
  return {
    exitCode,
    output,
    printed: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(output.stdout)
          if (match) resolve(match)
        }
        written.on('more', look)
        look()
        exitCode.then(
          (code) => reject(new Error(`ended with ${code}: ${output.stdout}${output.stderr}`)),
          reject,
        )
      }),
    signal: (name) => void signals.emit(name, name),
  }
}
