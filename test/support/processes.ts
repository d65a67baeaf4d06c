import type { ChildProcess } from 'node:child_process'
import { startChild } from './child.js'
import { type CommandName, programFile } from './program-file.js'

/** How a program ended: its code, or the signal that ended it. */
export interface Exit {
  code: number | null
  signal: NodeJS.Signals | null
}

/** A built program that runs in a process of its own. */
export interface Program {
  name: CommandName
  pid: number
  /** Everything that it wrote so far. */
  output: { stdout: string; stderr: string }
  /** Resolves when it has ended and everything that it wrote has been read. */
  exited: Promise<Exit>
  /**
   * Resolves with the match as soon as a whole line on stdout or stderr matches, be it in the past.
   * Rejects, with all that it wrote, when the program ends without such a line.
   */
  line(pattern: RegExp): Promise<RegExpExecArray>
  /** Calls back with every whole line of stdout and stderr, those of the past first, each as it comes. */
  onLine(listener: (line: string) => void): void
  /** Writes to its stdin. */
  type(text: string): void
  signal(signal: NodeJS.Signals): void
  /** Sends the signal, SIGTERM unless told, and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<Exit>
}

/** `env` is the whole environment but for PATH: nothing of the machine that runs the tests gets in. */
export interface ProgramOptions {
  env?: Record<string, string | undefined>
  cwd?: string
  /** What stdin holds. Absent: stdin stays open and `type` writes to it. */
  input?: string
  /** Another build of the program than the one in `dist/`. */
  file?: string
  /** The Node that runs it, when it is not the one that runs the tests. */
  node?: string
  /** Gives it a terminal of its own, 80 columns wide. Then stderr is part of stdout, as a person sees it. */
  terminal?: boolean
}

/** Starts one of the built commands. It never outlives this process. */
export function startProgram(
  name: CommandName,
  args: readonly string[],
  options: ProgramOptions = {},
): Program {
  const program = [options.node ?? process.execPath, options.file ?? programFile(name), ...args]
  const [command = '', ...commandArguments] = options.terminal ? onTerminal(program) : program
  const child = startChild(command, commandArguments, {
    cwd: options.cwd,
    env: { PATH: process.env['PATH'], ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  if (options.input !== undefined) child.stdin?.end(options.input)
  return watch(name, child)
}

/** `script`, which every Debian has, runs a command on a terminal of its own and passes on what it shows. */
function onTerminal(program: readonly string[]): string[] {
  const quoted = program.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ')
  return [
    'script',
    '--quiet',
    '--return',
    '--flush',
    '--command',
    `stty cols 80 rows 24; exec ${quoted}`,
    '/dev/null',
  ]
}

function watch(name: CommandName, child: ChildProcess): Program {
  const output = { stdout: '', stderr: '' }
  const listeners = new Set<() => void>()
  const changed = () => {
    for (const listener of listeners) listener()
  }
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]?.setEncoding('utf8').on('data', (text: string) => {
      output[stream] += text
      changed()
    })
  }
  const onLine = (listener: (line: string) => void) => {
    const told = { stdout: 0, stderr: 0 }
    const tell = () => {
      for (const stream of ['stdout', 'stderr'] as const) {
        const end = output[stream].lastIndexOf('\n') + 1
        const lines = output[stream].slice(told[stream], end).split('\n').slice(0, -1)
        told[stream] = Math.max(end, told[stream])
        for (const line of lines) listener(line)
      }
    }
    listeners.add(tell)
    tell()
  }
  let hasEnded = false
  const exited = new Promise<Exit>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => {
      hasEnded = true
      changed()
      resolve({ code, signal })
    })
  })
  // A program that cannot write any more because the test is over is no failure of the test.
  child.stdin?.on('error', () => undefined)

  return {
    name,
    pid: child.pid ?? -1,
    output,
    exited,
    onLine,
    line: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const match = matchingLine(output.stdout, pattern) ?? matchingLine(output.stderr, pattern)
          if (!match && !hasEnded) return
          listeners.delete(look)
          if (match) resolve(match)
          else
            reject(
              new Error(`${name} ended without a line like ${pattern}:\n${output.stdout}${output.stderr}`),
            )
        }
        listeners.add(look)
        look()
      }),
    type: (text) => void child.stdin?.write(text),
    signal: (signal) => void child.kill(signal),
    stop: (signal = 'SIGTERM') => {
      child.kill(signal)
      return exited
    },
  }
}

/** The match in the first whole line that has one. */
function matchingLine(text: string, pattern: RegExp): RegExpExecArray | undefined {
  for (const line of text.split(/\r?\n/).slice(0, -1)) {
    const match = new RegExp(pattern.source, pattern.flags.replace('g', '')).exec(line)
    if (match) return match
  }
  return undefined
}
