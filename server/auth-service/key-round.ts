import type { FastifyBaseLogger } from 'fastify'
import { audit } from './audit.js'
import type { Context } from './context.js'
import { publishNextKeys, removeSpentKeys } from './tokens/key-rotation.js'

const DAY_MS = 86_400_000

/** How the keys are looked after. */
export interface KeyUpkeepOptions {
  /** After how many days in use a key gets a successor. */
  keyDays: number
}

/**
 * Takes over what other replicas have done to the keys, publishes the next ones when it is time, and forgets the spent
 * ones. Several replicas may do it at once.
 */
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
