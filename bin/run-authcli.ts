import { homedir, hostname, release, userInfo } from 'node:os'
import process from 'node:process'
import { isatty } from 'node:tty'
import { run } from '../src/cli/run.js'
import type { Keyboard } from '../src/cli/run-dependencies.js'
import { SECRET_VARIABLES } from '../src/cli/secret-variables.js'
import { isInForeground, openKeyboard } from './keyboard.js'
import { lockFolder } from './lock-folder.js'

/** A Ctrl-C that is repeated after this time is a person's. Sooner, it may be npm passing on the same one. */
const SECOND_WISH_MS = 500

/** Runs authcli with the real things of this process, and ends the process with its exit code. */
export async function runAuthcli(version: string): Promise<void> {
  const interrupted = new AbortController()
  let interruptedAt = Number.POSITIVE_INFINITY
  const nativeCalls = new Set<Promise<unknown>>()
  let keyboard: Keyboard | undefined
  let signalListener: ((signal: NodeJS.Signals) => void) | undefined
  const end = (exitCode: number) => {
    keyboard?.close()
    if (nativeCalls.size > 0) endAtOnce(exitCode)
    process.exit(exitCode)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (signalListener !== undefined) return signalListener(signal)
      if (signal === 'SIGINT' && Date.now() - interruptedAt > SECOND_WISH_MS) end(130)
      interruptedAt = Math.min(interruptedAt, Date.now())
      interrupted.abort()
    })
  }
  const exitCode = await run({
    argv: process.argv.slice(2),
    env: takeEnvironment(),
    stdin: {
      isTTY: isatty(0),
      open: () => process.stdin,
      get openKeyboard() {
        return isatty(0) && isInForeground() ? () => (keyboard = openKeyboard()) : undefined
      },
    },
    stdout: process.stdout,
    stderr: process.stderr,
    now: Date.now,
    random: Math.random,
    platform: process.platform,
    homeDirectory: homeDirectory(),
    lockFolder: lockFolder(),
    hostName: hostname,
    uid: process.getuid?.() ?? userInfo().username,
    pid: process.pid,
    version,
    nodeVersion: process.versions.node,
    systemRelease: release(),
    architecture: process.arch,
    signal: interrupted.signal,
    takeSignals(listener) {
      signalListener = listener
      return () => {
        signalListener = undefined
      }
    },
    onNativeCall(call) {
      const forget = () => nativeCalls.delete(call)
      nativeCalls.add(call)
      call.then(forget, forget)
    },
  })
  await Promise.race([written(process.stdout), asked(interrupted.signal)])
  end(exitCode)
}

/** The environment as it was. What is secret in it is taken away from the programs that are started: a browser. */
function takeEnvironment(): NodeJS.ProcessEnv {
  const env = { ...process.env }
  for (const name of SECRET_VARIABLES) delete process.env[name]
  return env
}

/** Resolves when nothing is left that a slow reader has not taken yet. */
async function written(stream: NodeJS.WriteStream): Promise<void> {
  if (stream.writableLength > 0) await new Promise((resolve) => stream.write('', resolve))
}

/** Resolves when somebody wants an end: then a reader who takes nothing is waited for no longer. */
function asked(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve())
  })
}

/**
 * Ends the process although a native call hangs, which `process.exit` would wait for: by becoming a program
 * that does nothing but end with the exit code, or, where Node can't (before 22.15, and on Windows), by
 * killing itself. Then the exit code is 137 on macOS and 1 on Windows, whatever happened.
 */
function endAtOnce(exitCode: number): void {
  if (process.platform !== 'win32' && 'execve' in process && typeof process.execve === 'function') {
    process.execve('/bin/sh', ['sh', '-c', `exit ${exitCode}`])
  }
  process.kill(process.pid, 'SIGKILL')
}

/** By the environment, or else by the system, which need not know this user; empty where neither says. */
function homeDirectory(): string {
  try {
    return homedir() || userInfo().homedir
  } catch {
    return ''
  }
}
