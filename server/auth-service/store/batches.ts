import { setTimeout as delay } from 'node:timers/promises'

/** How many rows go at once: the write that takes them is over before anybody notices that they waited for it. */
export const BATCH = 200

/** What is left to everybody else after each batch. */
const PAUSE_MS = 10

/**
 * Runs batches, with a pause after each, until one says that it was the last.
 * @param stopping ends it after the batch in progress.
 */
export async function inBatches(
  batch: () => Promise<'go on' | 'done'>,
  stopping: AbortSignal | undefined,
): Promise<void> {
  while (!stopping?.aborted && (await batch()) === 'go on') {
    // Cut short by a stop, which the loop then sees.
    await delay(PAUSE_MS, undefined, { signal: stopping }).catch(() => undefined)
  }
}
