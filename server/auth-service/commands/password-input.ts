import { MIN_PASSWORD_CHARACTERS, type PasswordFault, whyNotPassword } from '../checks/new-password.js'
import type { Edges, Input } from '../edges.js'
import { OperatorError } from '../operator-error.js'
import { MAX_PASSWORD_BYTES } from '../passwords.js'
import type { Account } from '../store/accounts.js'

/** Ctrl-C at a prompt. */
export class InterruptedError extends Error {
  constructor() {
    super('interrupted')
    this.name = 'InterruptedError'
  }
}

const FAULTS: Readonly<Record<PasswordFault, string>> = {
  'too-short': `a password has at least ${MIN_PASSWORD_CHARACTERS} characters`,
  'too-long': `a password has at most ${MAX_PASSWORD_BYTES} bytes`,
  'too-obvious': 'that password is among the first that somebody would guess',
}

/**
 * Reads a new password: on a terminal it asks twice and shows nothing of it; else it is the first line of stdin.
 * Never from the arguments, which everybody on the machine can list.
 * @throws OperatorError when both differ, or it can't be the password of this account. InterruptedError on Ctrl-C.
 */
export async function readNewPassword(
  { stdin, stderr }: Pick<Edges, 'stdin' | 'stderr'>,
  account: Pick<Account, 'username' | 'name' | 'email'>,
): Promise<string> {
  const password = stdin.isTTY ? await askTwice(stdin, stderr) : await firstLine(stdin)
  const fault = whyNotPassword(password, account)
  if (fault !== undefined) throw new OperatorError(FAULTS[fault])
  return password
}

/**
 * Reads something secret that somebody has chosen already: on a terminal it asks once and shows nothing of it; else it is
 * the first line of stdin.
 * @throws InterruptedError on Ctrl-C.
 */
export function readSecret(
  { stdin, stderr }: Pick<Edges, 'stdin' | 'stderr'>,
  question: string,
): Promise<string> {
  return stdin.isTTY ? unseen(stdin, stderr, (ask) => ask(question)) : firstLine(stdin)
}

function askTwice(stdin: Input, stderr: Edges['stderr']): Promise<string> {
  return unseen(stdin, stderr, async (ask) => {
    const password = await ask('password: ')
    const again = await ask('\nonce more: ')
    if (again !== password) throw new OperatorError('the two passwords are not the same')
    return password
  })
}

/** In raw mode, which echoes nothing. */
async function unseen(
  stdin: Input,
  stderr: Edges['stderr'],
  talk: (ask: (question: string) => Promise<string>) => Promise<string>,
): Promise<string> {
  const lines = createLineReader()
  stdin.setEncoding('utf8')
  stdin.setRawMode?.(true)
  stdin.on('data', lines.type)
  stdin.resume()
  try {
    return await talk((question) => {
      stderr.write(question)
      return lines.next()
    })
  } finally {
    stdin.off('data', lines.type)
    stdin.pause()
    stdin.setRawMode?.(false)
    stderr.write('\n')
  }
}

/** Puts lines together from keys: in raw mode the terminal edits nothing, so what every terminal knows is here. */
function createLineReader(): { type(keys: string): void; next(): Promise<string> } {
  const typed: string[] = []
  let line: string[] = []
  let wake = () => {}
  return {
    type(keys) {
      typed.push(...keys)
      wake()
    },
    async next() {
      for (;;) {
        const key = typed.shift()
        if (key === undefined) {
          await new Promise<void>((resolve) => {
            wake = resolve
          })
        } else if (key === '\r' || key === '\n') {
          const finished = line.join('')
          line = []
          return finished
        } else if (key === '\u0003' || key === '\u0004') throw new InterruptedError()
        else if (key === '\u007f' || key === '\b') line.pop()
        else if (key === '\u0015') line = []
        else line.push(key)
      }
    },
  }
}

async function firstLine(stdin: Input): Promise<string> {
  stdin.setEncoding('utf8')
  let text = ''
  for await (const chunk of stdin) {
    text += chunk
    if (text.includes('\n') || text.length > 4 * MAX_PASSWORD_BYTES) break
  }
  return text.split(/\r?\n/, 1)[0] ?? ''
}
