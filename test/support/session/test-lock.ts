import type { SessionLock } from '../../../src/session/session-lock.js'

/** A lock of one process that remembers what was held. Several of them with the same table exclude each other. */
export interface TestLock extends SessionLock {
  /** Every name that was taken, in order. */
  held: string[]
  /** Runs just before a job, under all its names. */
  beforeJob: () => void | Promise<void>
}

export function createTestLock(turns = new Map<string, Promise<unknown>>()): TestLock {
  const lock: TestLock = {
    held: [],
    beforeJob: () => {},
    async hold<T>(names: readonly string[], job: () => Promise<T>): Promise<T> {
      const [first, ...rest] = names
      if (first === undefined) {
        await lock.beforeJob()
        return await job()
      }
      const before = turns.get(first) ?? Promise.resolve()
      const turn = before.then(async () => {
        lock.held.push(first)
        return await lock.hold(rest, job)
      })
      turns.set(
        first,
        turn.catch(() => undefined),
      )
      return await turn
    },
  }
  return lock
}
