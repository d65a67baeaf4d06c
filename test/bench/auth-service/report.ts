import { type Bar, formatSpread, spreadOf } from '../bars.js'
import type { Case } from './cases.js'
import type { Server } from './cast.js'
import type { Rounds, Sample } from './measure.js'

const COLUMNS: readonly { title: string; figure: keyof Sample; digits: number; width: number }[] = [
  { title: 'a second', figure: 'perSecond', digits: 0, width: 22 },
  { title: 'a second of processor time', figure: 'perProcessorSecond', digits: 0, width: 28 },
  { title: 'p50 ms', figure: 'p50', digits: 1, width: 18 },
  { title: 'p99 ms', figure: 'p99', digits: 1, width: 20 },
]

/** The heading of the table whose lines `printCase` prints. */
export function printHeading(): void {
  const titles = COLUMNS.map(({ title, width }) => title.padEnd(width))
  print(`${'median (lowest–highest)'.padEnd(50)}${titles.join('')}`)
}

/** One line for each server that was measured. */
export function printCase({ name, connections }: Case, rounds: Rounds): void {
  print(`${name}, ${connections} connections`)
  for (const [server, samples] of rounds) {
    const cells = COLUMNS.map(({ figure, digits, width }) =>
      formatSpread(spreadOf(samples.map((sample) => sample[figure])), digits).padEnd(width),
    )
    print(`  ${server.name.padEnd(48)}${cells.join('')}`)
  }
}

/** How many times as fast one server is as another: the ratio within each round, and the middle one of those. */
export function ratioBar(
  what: string,
  rounds: Rounds,
  [one, other]: readonly [Server, Server],
  bar: number,
): Bar {
  const ratios = (figure: 'perSecond' | 'perProcessorSecond') =>
    spreadOf(
      (rounds.get(one) ?? []).map(
        (sample, round) => sample[figure] / (rounds.get(other)?.[round]?.[figure] ?? Number.NaN),
      ),
    )
  const wall = ratios('perSecond')
  const processor = ratios('perProcessorSecond')
  return {
    what: `${what}: ${one.name} ÷ ${other.name}`,
    measured: `${formatSpread(wall, 2)}, by processor time ${formatSpread(processor, 2)}`,
    bar: `≥ ${bar}`,
    isMet: wall.median >= bar,
  }
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
