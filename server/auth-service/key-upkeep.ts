import type { FastifyBaseLogger } from 'fastify'
import type { Context } from './context.js'
import { type KeyUpkeepOptions, lookAfterKeys } from './key-round.js'
import { RELOAD_MS } from './tokens/key-life.js'

/** Looks after the keys at once and then every minute, until it is stopped; stopping waits for the round in progress. */
export function startKeyUpkeep(
  context: Pick<Context, 'store' | 'settings' | 'keys' | 'now'>,
  log: FastifyBaseLogger,
  options: KeyUpkeepOptions,
): { stop(): Promise<void> } {
  let rounds = Promise.resolve()
  const look = () => {
    rounds = rounds
      .then(() => lookAfterKeys(context, log, options))
      .catch((error: unknown) => log.error(error, 'the keys could not be looked after'))
  }
  look()
  const timer = setInterval(look, RELOAD_MS)
  return {
    async stop() {
      clearInterval(timer)
      await rounds
    },
  }
}
