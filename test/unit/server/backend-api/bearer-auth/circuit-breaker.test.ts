import { beforeEach, expect, it } from 'vitest'
import {
  type CircuitBreaker,
  CircuitOpen,
  createCircuitBreaker,
} from '../../../../../server/backend-api/bearer-auth/circuit-breaker.js'

let now: number
let run: CircuitBreaker
let asked: number
beforeEach(() => {
  now = 1_000_000
  asked = 0
  run = createCircuitBreaker({ now: () => now })
})

const succeed = async () => {
  asked += 1
  return 'answer'
}
const fail = async () => {
  asked += 1
  throw new Error('away')
}

async function open(): Promise<void> {
  for (let failure = 0; failure < 3; failure += 1) await expect(run(fail)).rejects.toThrow('away')
  asked = 0
}

it('gives back what the job gives back, and throws what it throws', async () => {
  expect(await run(succeed)).toBe('answer')
  await expect(run(fail)).rejects.toThrow('away')
})

it('goes on after failures that are not in a row', async () => {
  for (const job of [fail, fail, succeed, fail, fail]) await run(job).catch(() => undefined)
  expect(asked).toBe(5)
  expect(await run(succeed)).toBe('answer')
})

it('asks nobody for a second after three failures in a row', async () => {
  await open()
  now += 999
  await expect(run(succeed)).rejects.toThrow(CircuitOpen)
  expect(asked).toBe(0)
})

it('lets a single try find out, and goes on when it went well', async () => {
  await open()
  now += 1_000
  let finish = (_answer: string) => {}
  const trying = run(
    () =>
      new Promise<string>((resolve) => {
        finish = resolve
      }),
  )
  await expect(run(succeed)).rejects.toThrow(CircuitOpen)
  finish('back')
  expect(await trying).toBe('back')
  expect(await run(succeed)).toBe('answer')
})

it('rests again when the try failed', async () => {
  await open()
  now += 1_000
  await expect(run(fail)).rejects.toThrow('away')
  await expect(run(succeed)).rejects.toThrow(CircuitOpen)
})

it('does not rest for hours because the clock was turned back', async () => {
  await open()
  now -= 3_600_000
  expect(await run(succeed)).toBe('answer')
})
