import { randomInt } from 'node:crypto'
import type { FastifyBaseLogger } from 'fastify'
import type { Context } from './context.js'
import { removeDeadGrants } from './store/dead-grants.js'
import { removeExpired } from './store/expired.js'
import { createGrantId } from './tokens/refresh-token.js'

const EVERY_MS = 10 * 60_000

/**
 * Removes expired rows and dead grants now and then, until it is stopped; stopping waits for the batch in progress.
 * Replicas need not know of each other: what one has removed another one doesn't find.
 */
export function startUpkeep(
  { store, settings, now }: Pick<Context, 'store' | 'settings' | 'now'>,
  log: FastifyBaseLogger,
): { stop(): Promise<void> } {
  const stopping = new AbortController()
  // Anywhere: replicas, and a process that is often started anew, so walk the whole table and not its beginning only.
  let reached = createGrantId(now() - randomInt(settings.grantAbsoluteSeconds) * 1000)
  let running = Promise.resolve()

  async function round(): Promise<void> {
    const rows = await removeExpired(store, now(), stopping.signal)
    const walk = { after: reached, lifetimes: settings, now: now() }
    const grants = await removeDeadGrants(store, walk, stopping.signal)
    reached = grants.reached
    log.debug({ rows, grants: grants.removed }, 'expired rows removed')
  }

  const timer = setInterval(() => {
    running = running
      .then(round)
      .catch((error: unknown) => log.error(error, 'expired rows could not be removed'))
  }, EVERY_MS)
  return {
    async stop() {
      clearInterval(timer)
      stopping.abort()
      await running
    },
  }
}
