import type { FastifyBaseLogger } from 'fastify'
import { removeExpired } from './store/expired.js'
import type { Store } from './store/store.js'

const EVERY_MS = 10 * 60_000

/** Removes expired rows now and then, until it is stopped; stopping waits for the batch in progress. */
export function startUpkeep(
  store: Store,
  now: () => number,
  log: FastifyBaseLogger,
): { stop(): Promise<void> } {
  let round = Promise.resolve()
  const stopping = new AbortController()
  const timer = setInterval(() => {
    round = round
      .then(() => removeExpired(store, now(), stopping.signal))
      .then((rows) => log.debug({ rows }, 'expired rows removed'))
      .catch((error: unknown) => log.error(error, 'expired rows could not be removed'))
  }, EVERY_MS)
  return {
    async stop() {
      clearInterval(timer)
      stopping.abort()
      await round
    },
  }
}
