import { setImmediate } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { bufferLogLines } from '../../../../server/backend-api/log-lines.js'

it('passes all lines of a turn on together, in order', async () => {
  const passed: string[] = []
  const lines = bufferLogLines((text) => passed.push(text))
  lines.write('a\n')
  lines.write('b\n')
  expect(passed).toEqual([])
  await setImmediate()
  expect(passed).toEqual(['a\nb\n'])
})

it('passes the lines of the next turn on, too', async () => {
  const passed: string[] = []
  const lines = bufferLogLines((text) => passed.push(text))
  lines.write('a\n')
  await setImmediate()
  lines.write('b\n')
  await setImmediate()
  expect(passed).toEqual(['a\n', 'b\n'])
})

it('passes what is kept on at once when it is flushed, and not again', async () => {
  const passed: string[] = []
  const lines = bufferLogLines((text) => passed.push(text))
  lines.write('a\n')
  lines.flush()
  expect(passed).toEqual(['a\n'])
  await setImmediate()
  expect(passed).toEqual(['a\n'])
})
