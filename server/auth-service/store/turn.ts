import { nextTick } from 'node:process'

/** What has been asked of the database in this turn of the event loop waits for this. */
let end: Promise<void> | undefined

/**
 * Resolves at the end of this turn of the event loop: every request that arrived in it has been begun. All who wait for
 * the same end go on one right after the other.
 */
export function endOfTurn(): Promise<void> {
  end ??= new Promise((resolve) => {
    setImmediate(() => {
      end = undefined
      resolve()
    })
  })
  return end
}

/** Resolves when everybody who can go on without waiting for anything outside has done so. */
export function allHaveGoneOn(): Promise<void> {
  return new Promise((resolve) => nextTick(resolve))
}
