import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { startKeyUpkeep } from '../../../../server/auth-service/key-upkeep.js'
import { type TestContext, testContext } from '../../../support/auth-service/test-context.js'
import { silentLog } from '../../../support/backend-api/silent-log.js'

let context: TestContext
beforeEach(async () => {
  context = await testContext()
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
})
afterEach(async () => {
  vi.useRealTimers()
  await context.close()
})

/** Counts the rounds; each begins with reading the keys, which is made to go as the test says. */
function start(reload: () => Promise<void>) {
  const errors: unknown[] = []
  const log = { ...silentLog, error: (error: unknown) => void errors.push(error) }
  const looks = vi.fn(reload)
  const upkeep = startKeyUpkeep({ ...context, keys: { ...context.keys, reload: looks } }, log, {
    keyDays: 90,
  })
  return { upkeep, looks, errors }
}

test('a server looks after its keys at once and every minute, until it is stopped (52)', async () => {
  const { upkeep, looks } = start(async () => undefined)
  await vi.waitFor(() => expect(looks).toHaveBeenCalledTimes(1))
  vi.advanceTimersByTime(60_000)
  await vi.waitFor(() => expect(looks).toHaveBeenCalledTimes(2))
  await upkeep.stop()
  vi.advanceTimersByTime(600_000)
  await upkeep.stop()
  expect(looks).toHaveBeenCalledTimes(2)
})

test('a round that fails is written down and hinders no other (52)', async () => {
  const away = new Error('the database is away')
  const { upkeep, looks, errors } = start(() => Promise.reject(away))
  vi.advanceTimersByTime(60_000)
  await upkeep.stop()
  expect(looks).toHaveBeenCalledTimes(2)
  expect(errors).toEqual([away, away])
})
