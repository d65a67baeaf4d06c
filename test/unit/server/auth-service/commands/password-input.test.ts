import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import {
  InterruptedError,
  readNewPassword,
  readSecret,
} from '../../../../../server/auth-service/commands/password-input.js'
import type { Input } from '../../../../../server/auth-service/edges.js'

const ADA = { username: 'ada', name: 'Ada', email: null }

/** A terminal on which somebody types each line as soon as something is asked. */
function terminal(lines: readonly string[]) {
  const stdin = Object.assign(new EventEmitter(), {
    isTTY: true,
    modes: [] as boolean[],
    setRawMode(on: boolean) {
      stdin.modes.push(on)
    },
    setEncoding() {},
    resume() {},
    pause() {},
    async *[Symbol.asyncIterator]() {},
  })
  const waiting = [...lines]
  const stderr = {
    text: '',
    write(text: string) {
      stderr.text += text
      if (text.endsWith(': ')) queueMicrotask(() => stdin.emit('data', waiting.shift() ?? ''))
    },
  }
  return { stdin: stdin as unknown as Input & { modes: boolean[] }, stderr }
}

test('asks twice and shows nothing of what is typed', async () => {
  const { stdin, stderr } = terminal(['correct horse\r', 'correct horse\r'])
  expect(await readNewPassword({ stdin, stderr }, ADA)).toBe('correct horse')
  expect(stderr.text).toBe('password: \nonce more: \n')
  expect(stdin.modes).toEqual([true, false])
})

test('takes keys that arrive in pieces, or both lines at once', async () => {
  expect(await readNewPassword(terminal(['correct horse\ncorrect horse\n']), ADA)).toBe('correct horse')
  const { stdin, stderr } = terminal(['correct', 'correct horse\n'])
  const answer = readNewPassword({ stdin, stderr }, ADA)
  queueMicrotask(() => queueMicrotask(() => (stdin as unknown as EventEmitter).emit('data', ' horse\n')))
  expect(await answer).toBe('correct horse')
})

test('knows backspace and the key that clears the line', async () => {
  const typed = 'wrong\u0015correct horxy\u007f\bse\r'
  expect(await readNewPassword(terminal([typed, 'correct horse\r']), ADA)).toBe('correct horse')
})

test('refuses two different passwords, and gives the terminal back', async () => {
  const { stdin, stderr } = terminal(['correct horse\r', 'correct house\r'])
  await expect(readNewPassword({ stdin, stderr }, ADA)).rejects.toThrow('the two passwords are not the same')
  expect(stdin.modes).toEqual([true, false])
})

test.each(['\u0003', '\u0004', 'half a password\u0003'])(
  'ends at Ctrl-C and Ctrl-D, and gives the terminal back',
  async (keys) => {
    const { stdin, stderr } = terminal([keys])
    await expect(readNewPassword({ stdin, stderr }, ADA)).rejects.toThrow(InterruptedError)
    expect(stdin.modes).toEqual([true, false])
  },
)

test('asks once for a secret that somebody else has chosen, and shows nothing of it', async () => {
  const { stdin, stderr } = terminal(['s3cr3t of theirs\r'])
  expect(await readSecret({ stdin, stderr }, 'client secret: ')).toBe('s3cr3t of theirs')
  expect(stderr.text).toBe('client secret: \n')
  expect(stdin.modes).toEqual([true, false])
})
