import { readFileSync } from 'node:fs'
import process from 'node:process'
import type { Keyboard } from '../src/cli/run-dependencies.js'

/** What a terminal makes of these keys by itself, and not while it passes on every key. */
const SIGNALS: Readonly<Record<string, NodeJS.Signals>> = {
  '\u0003': 'SIGINT',
  '\u001a': 'SIGTSTP',
  '\u001c': 'SIGQUIT',
}

/** Signals that stop or end this process without asking it: before that, the terminal is given back. */
const LEAVING = ['SIGTSTP', 'SIGQUIT'] as const

/** How often a process in the background looks whether it is in front again: no signal says so. */
const BACKGROUND_LOOK_MS = 500

/**
 * Takes the terminal's keyboard key by key, and shows nothing of it. Ctrl-C, Ctrl-Z and Ctrl-\ do what they
 * always do, to the whole group of processes. While this process is stopped, and when it ends, the terminal is
 * as it was.
 */
export function openKeyboard(): Keyboard {
  const { stdin } = process
  let listener: (text: string) => void = () => {}
  const take = (text: string) => {
    const key = [...text].find((each) => each in SIGNALS)
    // As a terminal does it: what was typed with it is forgotten.
    if (key === undefined) listener(text)
    else raise(SIGNALS[key] ?? 'SIGINT')
  }
  let lookAgain: NodeJS.Timeout | undefined
  const comeBack = () => {
    clearInterval(lookAgain)
    // Off first: after a stop that could not be noticed, the terminal may be in anybody's mode.
    stdin.setRawMode(false)
    if (isInForeground()) stdin.resume().setRawMode(true)
    else {
      // Continued in the background, where to take the keyboard would be to be stopped.
      stdin.pause()
      lookAgain = setInterval(comeBack, BACKGROUND_LOOK_MS)
    }
  }
  const leave = (signal: NodeJS.Signals) => {
    stdin.setRawMode(false)
    process.removeListener(signal, leave)
    process.kill(process.pid, signal)
    // Here again: continued, or nobody was there who could have done that.
    process.on(signal, leave)
    comeBack()
  }

  stdin.setRawMode(true)
  stdin.setEncoding('utf8').on('data', take).on('error', ignore)
  if (process.platform !== 'win32') {
    for (const signal of LEAVING) process.on(signal, leave)
    process.on('SIGCONT', comeBack)
  }
  let isOpen = true
  return {
    onText(listen) {
      listener = listen
    },
    close() {
      if (!isOpen) return
      isOpen = false
      clearInterval(lookAgain)
      for (const signal of LEAVING) process.removeListener(signal, leave)
      process.removeListener('SIGCONT', comeBack)
      stdin.setRawMode(false)
      stdin.pause().off('data', take)
    },
  }
}

/**
 * Whether this process may take the keyboard: in the background of a shell, trying to would stop it. Where
 * the system does not tell, it is taken to be in front.
 */
export function isInForeground(): boolean {
  if (process.platform !== 'linux') return true
  try {
    // proc(5): behind the name in brackets come the state, the parent, our group, the session, the terminal,
    // and the group in front of that.
    const fields = readFileSync('/proc/self/stat', 'utf8').split(') ').at(-1)?.split(' ') ?? []
    return fields[2] === fields[5]
  } catch {
    return true
  }
}

/** To the whole group, as the terminal would. Windows knows no groups, and ends whom it would signal. */
function raise(signal: NodeJS.Signals): void {
  if (process.platform === 'win32') process.emit(signal)
  else process.kill(0, signal)
}

/** A terminal that is gone sends SIGHUP too, and that is answered. */
function ignore(): void {}
