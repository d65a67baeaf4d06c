import { percentile } from '../bars.js'
import { processorSeconds, residentMiB } from '../processor.js'
import type { Case } from './cases.js'
import type { Server } from './cast.js'
import type { Generation } from './load/generation.js'
import type { Outcome } from './load/plan.js'

const ROUNDS = 5
/** In how many pieces the servers share a round: what slows a machine down for a second meets all of them. */
const TURNS = 4
const SECONDS = 0.5
/** Before each piece: the first requests after a pause find cold caches, on the processor and in the server. */
const WARM_UP_SECONDS = 0.25
/** Once, before the first round: the code is compiled. */
const FIRST_WARM_UP_SECONDS = 2

/** How it is measured, in words. */
export const METHOD = `${ROUNDS} rounds, in each of which the servers take ${TURNS} turns of ${SECONDS} s, each after ${WARM_UP_SECONDS} s of warm-up`

/** How fast turns were taken. */
export interface Pace {
  perSecond: number
  /** Milliseconds. */
  p50: number
  p99: number
}

/** What one server did in one round. */
export interface Sample extends Pace {
  /**
   * Turns for each second of processor time that the server used. The same on an idle machine, and still true on one
   * where others take their share.
   */
  perProcessorSecond: number
  /** The memory of the server, where it was highest. */
  residentMiB: number
}

/** What one server did in one turn of a round. */
type Piece = Pick<Outcome, 'times' | 'seconds' | 'turns'> & {
  processorSeconds: number
  residentMiB: number
}

/** The samples of each server, a round after the other. */
export type Rounds = Map<Server, Sample[]>

/** Measures the servers in turn, each time beginning with another one: what is compared is close in time. */
export async function measure(
  servers: readonly Server[],
  { prepare, connections }: Case,
  generation: Generation,
): Promise<Rounds> {
  const runs = new Map<Server, (warmUpSeconds: number, seconds: number) => Promise<Piece>>()
  for (const server of servers) {
    const makeScript = await prepare(server)
    runs.set(server, async (warmUpSeconds, seconds) => {
      const { script, finished } = await makeScript(warmUpSeconds + seconds)
      const before = processorSeconds(server.child.pid)
      const outcome = await generation.run({ port: server.port, connections, warmUpSeconds, seconds, script })
      finished?.(outcome.refreshTokens)
      const used = processorSeconds(server.child.pid) - before
      return { ...outcome, processorSeconds: used, residentMiB: residentMiB(server.child.pid) }
    })
  }
  for (const run of runs.values()) await run(FIRST_WARM_UP_SECONDS, 0)
  const rounds: Rounds = new Map(servers.map((server) => [server, []]))
  for (let round = 0; round < ROUNDS; round += 1) {
    const pieces = new Map<Server, Piece[]>(servers.map((server) => [server, []]))
    for (let turn = 0; turn < TURNS; turn += 1) {
      for (const [server, run] of rotated([...runs], round + turn))
        pieces.get(server)?.push(await run(WARM_UP_SECONDS, SECONDS))
    }
    for (const [server, ofServer] of pieces) rounds.get(server)?.push(sampleOf(ofServer))
  }
  return rounds
}

function sampleOf(pieces: readonly Piece[]): Sample {
  const sum = (figure: (piece: Piece) => number) => pieces.reduce((all, piece) => all + figure(piece), 0)
  return {
    ...paceOf(pieces),
    perProcessorSecond: sum(({ turns }) => turns) / sum((piece) => piece.processorSeconds),
    residentMiB: Math.max(...pieces.map((piece) => piece.residentMiB)),
  }
}

/** The pace of several runs, taken together. */
export function paceOf(runs: readonly Pick<Outcome, 'times' | 'seconds'>[]): Pace {
  const times = runs.flatMap((run) => [...run.times])
  const seconds = runs.reduce((all, run) => all + run.seconds, 0)
  return { perSecond: times.length / seconds, p50: percentile(times, 50), p99: percentile(times, 99) }
}

function rotated<T>(list: readonly T[], by: number): T[] {
  const start = by % list.length
  return [...list.slice(start), ...list.slice(0, start)]
}
