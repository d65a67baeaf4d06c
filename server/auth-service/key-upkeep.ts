import type { FastifyBaseLogger } from 'fastify'
import { audit } from './audit.js'
import type { Context } from './context.js'
import { RELOAD_MS } from './tokens/key-life.js'
import { publishNextKeys, removeSpentKeys } from './tokens/key-rotation.js'

const DAY_MS = 86_400_000

/** How the keys are looked after. */
export interface KeyUpkeepOptions {
  /** After how many days in use a key gets a successor. */
  keyDays: number
}

/**
 * Looks after the keys at once and then every minute, until it is stopped: publishes the next ones when it is time,
 * forgets the spent ones, and takes over what other replicas have done. Stopping waits for the round in progress.
 */
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

/** One round of `startKeyUpkeep`. */
export async function lookAfterKeys(
  { store, settings, keys, now }: Pick<Context, 'store' | 'settings' | 'keys' | 'now'>,
  log: Pick<FastifyBaseLogger, 'info'>,
  { keyDays }: KeyUpkeepOptions,
): Promise<void> {
  const { secret } = settings
  // Before anything that may fail: what others have published is published here.
  await keys.reload()
  const published = await publishNextKeys({ store, secret, now }, { inUseForMs: keyDays * DAY_MS })
  for (const { id } of published) audit(log, 'key-published', { keyId: id })
  const removed = await removeSpentKeys(store, settings, now())
  for (const { id } of removed) audit(log, 'key-removed', { keyId: id })
  if (published.length + removed.length > 0) await keys.reload()
}
