/** So many failures in a row mean that the other side is away. */
const FAILURES_TO_OPEN = 3
/** For so long nobody waits for it; then one try finds out. */
const OPEN_MS = 1_000

/** Nothing was tried: the last tries failed. */
export class CircuitOpen extends Error {
  constructor() {
    super('given up for a moment after failures in a row')
    this.name = 'CircuitOpen'
  }
}

/** Runs a job and gives back its result. @throws CircuitOpen without running it; or whatever the job throws. */
export type CircuitBreaker = <T>(job: () => Promise<T>) => Promise<T>

/**
 * Keeps requests from queueing up in front of a service that does not answer: after a few failures in a row the
 * next ones fail at once, until a single try has gone well.
 */
export function createCircuitBreaker({ now }: { now: () => number }): CircuitBreaker {
  let failuresInARow = 0
  let failedAt = 0
  let isTrying = false

  function isResting(): boolean {
    const elapsed = now() - failedAt
    // A negative time means that the clock was turned back: no reason to rest.
    return elapsed >= 0 && elapsed < OPEN_MS
  }

  return async (job) => {
    const isTry = failuresInARow >= FAILURES_TO_OPEN
    if (isTry && (isTrying || isResting())) throw new CircuitOpen()
    if (isTry) isTrying = true
    try {
      const result = await job()
      failuresInARow = 0
      return result
    } catch (error) {
      failuresInARow += 1
      failedAt = now()
      throw error
    } finally {
      if (isTry) isTrying = false
    }
  }
}
