import { once } from 'node:events'
import { pipeline } from 'node:stream/promises'
import { startChild } from '../child.js'
import { programFile } from '../program-file.js'

/** How a process of authcli ended, and the bytes that it wrote. */
export interface ProcessRun {
  exitCode: number | null
  stdout: Buffer
  stderr: string
}

/** `env` is the whole environment but for PATH. */
export interface ProcessRunOptions {
  env: Record<string, string>
  args: readonly string[]
}

const quoted = (word: string) => `'${word.replaceAll("'", "'\\''")}'`

/** The command line of the built program, for a shell. */
export function commandLine(args: readonly string[]): string {
  return [process.execPath, programFile('authcli'), ...args].map(quoted).join(' ')
}

/** Runs a line of bash in a session of its own: no terminal is within reach, and stdin is empty. */
export async function runInBash(line: string, env: Record<string, string>): Promise<ProcessRun> {
  return await finish('setsid', ['--wait', 'bash', '-o', 'pipefail', '-c', line], env)
}

/** Runs authcli on a terminal of its own, of which only stdout is shown; what it says is left out. */
export async function runOnTerminal(
  { args, env }: ProcessRunOptions,
  terminal: { columns: number; shows: 'stdout' | 'everything' },
): Promise<ProcessRun> {
  const { columns, shows } = terminal
  const line = `stty cols ${columns} rows 24; exec ${commandLine(args)}${shows === 'stdout' ? ' 2> /dev/null' : ''}`
  return await finish('script', ['--quiet', '--return', '--flush', '--command', line, '/dev/null'], env)
}

async function finish(command: string, args: string[], env: Record<string, string>): Promise<ProcessRun> {
  const child = startChild(command, args, {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  const ended = once(child, 'close')
  const collect = (chunks: Buffer[]) => async (stream: AsyncIterable<Buffer>) => {
    for await (const chunk of stream) chunks.push(chunk)
  }
  if (child.stdout)
    await Promise.all([
      pipeline(child.stdout, collect(stdout)),
      child.stderr && pipeline(child.stderr, collect(stderr)),
    ])
  const [exitCode] = await ended
  return { exitCode, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() }
}
