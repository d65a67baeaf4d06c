/** A wish to end early (SIGINT, SIGTERM), as the parts of a command see it. */
export interface Interruption {
  /** Aborted when the command is to end, but never while something is held back. */
  signal: AbortSignal
  /**
   * Runs a job that must not be cut in two, such as exchanging a token and storing what came of it. A wish
   * to end that comes meanwhile counts from the end of the job. Jobs may overlap.
   */
  holdBack<T>(job: () => Promise<T>): Promise<T>
}

/**
 * Makes an interruption out of the bare wish, which comes at any moment. The reason of `wish` becomes the
 * reason of `signal`.
 * @param onHeldBack called when the wish comes while a job is running, to tell the person who waits
 */
export function createInterruption(
  wish: AbortSignal,
  onHeldBack: () => void = () => undefined,
): Interruption {
  const controller = new AbortController()
  let running = 0
  const look = () => {
    if (wish.aborted && running === 0) controller.abort(wish.reason)
  }
  look()
  wish.addEventListener('abort', () => {
    if (running > 0) onHeldBack()
    look()
  })
  return {
    signal: controller.signal,
    async holdBack(job) {
      controller.signal.throwIfAborted()
      running += 1
      try {
        return await job()
      } finally {
        running -= 1
        look()
      }
    },
  }
}
