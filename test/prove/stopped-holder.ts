import { OPEN } from './gate.js'
import { clock, type Login } from './logins.js'
import { count, noOutcomes, type Outcomes, refreshLater } from './outcome.js'
import type { Run } from './runs.js'
import type { Stage } from './stage.js'

export interface StoppedHolder {
  refreshes: number
  /** How many said that they wait for the very process that was stopped. */
  toldWhoHolds: number
  outcomes: Outcomes
  /** What a later refresh came to. */
  afterwards: Outcomes
}

/**
 * Stops the process that refreshes with SIGSTOP, after its request has left and before its answer comes, lets others
 * wait for it so long, and lets it go on. It is stopped when they know whom they wait for: a process that is stopped
 * tells nobody its pid. The login's access token must have expired.
 */
export async function stopHolder(
  stage: Stage,
  login: Login,
  options: { others: number; stopSeconds: number },
): Promise<StoppedHolder> {
  const { others, stopSeconds } = options
  const before = stage.gate.granted.length
  let runs: readonly Run[] = []
  let toldWhoHolds = 0
  const stopped = new Promise<Run>((resolve) => {
    stage.gate.watch = {
      ...OPEN,
      async answer({ refreshToken, traceId }) {
        if (refreshToken === undefined) return 'pass'
        stage.gate.watch = OPEN
        const holder = await stage.runs.ofTrace(traceId)
        const waits = new RegExp(`waiting for another authcli \\(pid ${holder.pid}\\) to refresh`)
        const told = await Promise.all(runs.filter((run) => run !== holder).map((run) => run.says(waits)))
        toldWhoHolds = told.filter((isTold) => isTold).length
        holder.signal('SIGSTOP')
        resolve(holder)
        return 'pass'
      },
    }
  })
  runs = Array.from({ length: others + 1 }, () => stage.runs.getItems(login))
  const holder = await stopped
  await clock(Date.now() + stopSeconds * 1000)
  holder.signal('SIGCONT')
  const outcomes = noOutcomes()
  await Promise.all(runs.map((run) => count(outcomes, run)))
  await stage.gate.idle()
  const refreshes = stage.gate.granted.length - before
  return { refreshes, toldWhoHolds, outcomes, afterwards: await refreshLater(stage, login) }
}
