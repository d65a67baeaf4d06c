import { expire, type Login } from './logins.js'
import type { Run } from './runs.js'
import type { Stage } from './stage.js'

/** The exit code that says: log in first. */
const LOGGED_OUT = 4

/** How runs ended that nobody killed. */
export interface Outcomes {
  /** Ended with 0 and what the others printed. */
  good: number
  /** Ended with 4: a person would have to log in again. */
  logouts: number
  /** Ended with 5: try again. */
  unreachable: number
  /** Everything else, by what was said. */
  otherwise: string[]
}

export function noOutcomes(): Outcomes {
  return { good: 0, logouts: 0, unreachable: 0, otherwise: [] }
}

/** Waits for the end of a run and counts it. A good one prints the three items that the API has. */
export async function count(outcomes: Outcomes, run: Pick<Run, 'exited' | 'output'>): Promise<number | null> {
  const { code } = await run.exited
  if (code === 0 && printsThreeItems(run)) outcomes.good += 1
  else if (code === LOGGED_OUT) outcomes.logouts += 1
  else if (code === 5) outcomes.unreachable += 1
  else outcomes.otherwise.push(`exit code ${code}: ${run.output.stdout}${run.output.stderr}`)
  return code
}

/** Lets the access token be over, and a process refresh it. What was before has left a session that works, or not. */
export async function refreshLater(stage: Stage, login: Login): Promise<Outcomes> {
  const outcomes = noOutcomes()
  const before = stage.gate.granted.length
  await expire(login)
  await count(outcomes, stage.runs.getItems(login))
  if (stage.gate.granted.length !== before + 1) throw new Error('nothing was refreshed')
  return outcomes
}

function printsThreeItems({ output }: Pick<Run, 'output'>): boolean {
  const items: unknown = JSON.parse(output.stdout)
  return Array.isArray(items) && items.length === 3 && items.every((item) => typeof item.id === 'string')
}
