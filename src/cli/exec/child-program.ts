import { spawn } from 'node:child_process'
import { constants } from 'node:os'

/** How a program is started. Its streams are ours. */
export interface ChildProgram {
  command: string
  args: readonly string[]
  env: Readonly<Record<string, string | undefined>>
  /** Gives signals to a listener that would have ended us, and stops doing so when told. */
  takeSignals(listener: (signal: NodeJS.Signals) => void): () => void
  /** Whether a signal came from the keyboard of a terminal, and so to the child as well. */
  isFromKeyboard(signal: NodeJS.Signals): boolean
}

/** How it ended. */
export type ChildEnd = { exitCode: number } | { notFound: true } | { notStarted: string }

/** Of a program that a signal ended, as shells say it. */
const SIGNAL_BASE = 128

/**
 * Runs a program and waits for its end. Signals that mean us are passed on to it, and don't end us: it is the
 * program that decides. No shell is between.
 */
export async function runChildProgram(program: ChildProgram): Promise<ChildEnd> {
  const { command, args, env, takeSignals, isFromKeyboard } = program
  return await new Promise((resolve) => {
    const waiting: NodeJS.Signals[] = []
    let pass = (signal: NodeJS.Signals): void => void waiting.push(signal)
    const giveBack = takeSignals((signal) => {
      if (!isFromKeyboard(signal)) pass(signal)
    })
    const end = (how: ChildEnd) => {
      giveBack()
      resolve(how)
    }
    const child = spawn(command, args, { env, stdio: 'inherit', shell: false })
    child.once('spawn', () => {
      pass = (signal) => void child.kill(signal)
      for (const signal of waiting) pass(signal)
    })
    child.once('error', (error) => {
      // After the start, it says that a signal could not be sent: the program goes on.
      if (child.pid !== undefined) return
      const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name
      end(code === 'ENOENT' ? { notFound: true } : { notStarted: code })
    })
    child.once('exit', (exitCode, signal) =>
      end({ exitCode: exitCode ?? SIGNAL_BASE + (signal === null ? 0 : constants.signals[signal]) }),
    )
  })
}
