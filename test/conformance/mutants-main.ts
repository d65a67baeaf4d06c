import { availableParallelism } from 'node:os'
import { mutants } from './mutants/index.js'
import { layMutationFloor, type Mutant, type Verdict } from './mutate.js'

/**
 * `npm run test:mutants [-- WORD…]`: takes out each named check in turn (or those whose name or file holds one
 * of the words), in copies of the project, and demands that a test goes red. Exits 1 when one stays green.
 */
const words = process.argv.slice(2)
const chosen = mutants.filter(
  ({ name, file }) => words.length === 0 || words.some((word) => name.includes(word) || file.includes(word)),
)
const queue = [...chosen]
const verdicts = new Map<Mutant, Verdict>()
const floors = Array.from({ length: Math.min(availableParallelism(), chosen.length) }, layMutationFloor)
try {
  const tests = [...new Set(chosen.flatMap((mutant) => mutant.tests))]
  const before = await floors[0]?.run(tests)
  process.stdout.write(`unchanged: ${before?.passed ?? 0} passed, ${before?.failed.length ?? 0} failed\n`)
  if (before?.failed.length !== 0)
    throw new Error(`the tests must be green before a check is taken out: ${before?.failed.join('; ')}`)
  await Promise.all(
    floors.map(async (floor) => {
      for (let mutant = queue.shift(); mutant; mutant = queue.shift()) {
        const verdict = await floor.judge(mutant)
        verdicts.set(mutant, verdict)
        process.stdout.write(`${line(mutant, verdict)}\n`)
      }
    }),
  )
} finally {
  for (const floor of floors) floor.remove()
}
const killed = [...verdicts.values()].filter(({ state }) => state === 'killed').length
process.stdout.write(`${killed} of ${chosen.length} checks are missed when they are taken out\n`)
process.exitCode = killed === chosen.length ? 0 : 1

function line({ name, file }: Mutant, verdict: Verdict): string {
  switch (verdict.state) {
    case 'killed':
      return `red    ${name}\n         noticed by: ${verdict.by}`
    case 'survived':
      return `GREEN  ${name} (${file})`
    case 'stale':
      return `STALE  ${name} (${file}): ${verdict.reason}`
  }
}
