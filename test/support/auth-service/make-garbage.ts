/**
 * Makes much garbage that is old enough to be left to V8's collector of old objects, and prints how many MiB the heap
 * took at most: `node test/support/run-typescript.mjs test/support/auth-service/make-garbage.ts [small]`.
 */
import { keepHeapSmall } from '../../../server/auth-service/heap.js'

const MIB = 2 ** 20
/** What lives: so many objects of about a KiB each, the oldest always replaced. */
const LIVING = 60_000
const MADE = 600_000

if (process.argv[2] === 'small') keepHeapSmall()
const living: number[][] = []
let highest = 0
for (let made = 0; made < MADE; made += 1) {
  living[made % LIVING] = Array.from({ length: 128 }, () => made)
  if (made % 1_000 === 0) highest = Math.max(highest, process.memoryUsage().heapTotal)
}
process.stdout.write(`${Math.round(highest / MIB)}\n`)
