import { randomFillSync } from 'node:crypto'

/** Asking the system costs the same for 16 bytes as for thousands. */
const POOL_BYTES = 4_096

/** Epoch milliseconds, big endian: enough until the year 10889. */
const INSTANT_BYTES = 6

const pool = Buffer.alloc(POOL_BYTES)
let used = POOL_BYTES

/**
 * Bytes that nobody can guess, cut from a larger piece that was drawn at once. What was given out is gone from here.
 *
 * @param count at most 4,096.
 */
export function randomBytesOf(count: number): Buffer {
  if (count > POOL_BYTES) throw new RangeError(`at most ${POOL_BYTES} random bytes at once`)
  if (used + count > POOL_BYTES) {
    randomFillSync(pool)
    used = 0
  }
  const bytes = Buffer.from(pool.subarray(used, used + count))
  pool.fill(0, used, used + count)
  used += count
  return bytes
}

/**
 * Random bytes that begin with the instant. As keys of rows they keep together in the database what is made together: a
 * commit then writes one page for many new rows, and not one for each.
 *
 * @param count the instant's six bytes included.
 * @param now epoch milliseconds.
 */
export function randomBytesSince(count: number, now: number): Buffer {
  const bytes = randomBytesOf(count)
  bytes.writeUIntBE(now, 0, INSTANT_BYTES)
  return bytes
}
