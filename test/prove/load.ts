import type { Login } from './logins.js'
import { count, noOutcomes, type Outcomes } from './outcome.js'
import type { Stage } from './stage.js'

/** Processes that run one after the other, in several lanes, until it is over. */
export interface Load {
  outcomes: Outcomes
  /** Ends it, and resolves when the last process has ended. */
  stop(): Promise<void>
}

/**
 * Lets `authcli get-items` run again and again, so many at the same time with each login.
 * @param whenUnreachable what to wait for before the next try, when a service could not be reached
 */
export function startLoad(
  stage: Stage,
  logins: readonly Login[],
  options: { lanes: number; whenUnreachable: () => Promise<void> },
): Load {
  const outcomes = noOutcomes()
  let isOver = false
  const work = async (login: Login) => {
    while (!isOver) {
      if ((await count(outcomes, stage.runs.getItems(login))) === 5) await options.whenUnreachable()
    }
  }
  const working = logins.flatMap((login) => Array.from({ length: options.lanes }, () => work(login)))
  return {
    outcomes,
    async stop() {
      isOver = true
      await Promise.all(working)
    },
  }
}
