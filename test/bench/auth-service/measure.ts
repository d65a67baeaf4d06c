import { processorSeconds, residentMiB } from '../processor.js'
import type { Case } from './cases.js'
import type { Server } from './cast.js'
import type { Generation } from './load/generation.js'

const ROUNDS = 5
const SECONDS = 2
/** Before each measurement: the first requests after a pause find cold caches, on the processor and in the server. */
const WARM_UP_SECONDS = 0.5
/** Once, before the first round: the code is compiled. */
const FIRST_WARM_UP_SECONDS = 2

/** What one server did in one round. */
export interface Sample {
  perSecond: number
  /**
   * Turns for each second of processor time that the server used. The same on an idle machine, and still true on one
   * where others take their share.
   */
  perProcessorSecond: number
  /** Milliseconds. */
  p50: number
  p99: number
  /** The memory of the server at the end. */
  residentMiB: number
}

/** The samples of each server, a round after the other. */
export type Rounds = Map<Server, Sample[]>

/** Measures the servers in turn, each round beginning with another one: what is compared is close in time. */
export async function measure(
  servers: readonly Server[],
  { prepare, connections }: Case,
  generation: Generation,
): Promise<Rounds> {
  const runs = new Map<Server, (seconds: number) => Promise<Sample>>()
  for (const server of servers) {
    const makeScript = await prepare(server)
    runs.set(server, async (seconds) => {
      const { script, finished } = await makeScript(seconds)
      const before = processorSeconds(server.child.pid)
      const outcome = await generation.run({ port: server.port, connections, seconds, script })
      const used = processorSeconds(server.child.pid) - before
      finished?.(outcome.refreshTokens)
      const { perSecond, p50, p99, turns } = outcome
      const memory = residentMiB(server.child.pid)
      return { perSecond, perProcessorSecond: turns / used, p50, p99, residentMiB: memory }
    })
  }
  for (const run of runs.values()) await run(FIRST_WARM_UP_SECONDS)
  const rounds: Rounds = new Map(servers.map((server) => [server, []]))
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [server, run] of rotated([...runs], round)) {
      await run(WARM_UP_SECONDS)
      rounds.get(server)?.push(await run(SECONDS))
    }
  }
  return rounds
}

function rotated<T>(list: readonly T[], by: number): T[] {
  const start = by % list.length
  return [...list.slice(start), ...list.slice(0, start)]
}
