import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { endChild, startChild } from './child.js'
import { programFile } from './program-file.js'

/** How long a shell may take to end. */
const CLOSE_LIMIT_MS = 5000

/**
 * A person's shell on a terminal of its own, with job control, in which `authcli` is the built program, and
 * `$AUTHCLI` its words.
 */
export interface TerminalSession {
  /** Presses keys, or pastes. */
  type(text: string): void
  /** Types a line and Enter. */
  enter(line: string): void
  /** Everything that the terminal has shown so far. */
  shown(): string
  /** Resolves with the match as soon as what was shown after the last such wait matches. */
  until(pattern: RegExp): Promise<RegExpExecArray>
  close(): Promise<void>
}

/**
 * Starts bash on a terminal that `script` makes, 24 lines high.
 * @param options.env the whole environment but for PATH
 */
export async function startTerminalSession(options: {
  env: Record<string, string>
  columns?: number
}): Promise<TerminalSession> {
  const { env, columns = 80 } = options
  const shell = `stty cols ${columns} rows 24; exec bash --noprofile --norc -i`
  const program = `${process.execPath} ${programFile('authcli')}`
  const command = ['--quiet', '--flush', '--command', shell, '/dev/null']
  const child = startChild('script', command, {
    env: { PATH: process.env['PATH'], TERM: 'xterm', PS1: 'ready> ', HISTFILE: '', AUTHCLI: program, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const session = watchSession(child)
  // No marks around a paste, which come from the shell and would be in everything that is shown.
  session.enter("bind 'set enable-bracketed-paste off'")
  session.enter('alias authcli="$AUTHCLI"; echo the shell is read\'\'y')
  await session.until(/the shell is ready/)
  return session
}

function watchSession(child: ChildProcess): TerminalSession {
  let shown = ''
  let seen = 0
  const looks = new Set<() => void>()
  const tell = () => {
    for (const look of looks) look()
  }
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    shown += text
    tell()
  })
  const gone = once(child, 'exit').then(tell)
  child.stdin?.on('error', () => {})
  const type = (text: string) => void child.stdin?.write(text)
  return {
    type,
    enter: (line) => type(`${line}\r`),
    shown: () => shown,
    until: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(shown.slice(seen))
          if (match === null && child.exitCode === null) return
          looks.delete(look)
          if (match === null) return reject(new Error(`the shell ended without ${pattern}:\n${shown}`))
          seen += match.index + match[0].length
          resolve(match)
        }
        looks.add(look)
        look()
      }),
    async close() {
      type('\u0003exit\rexit\r')
      await Promise.race([gone, delay(CLOSE_LIMIT_MS, undefined, { ref: false })])
      await endChild(child)
    },
  }
}
