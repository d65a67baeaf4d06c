import { type Fate, OPEN, type Watch } from './gate.js'
import { startLoad } from './load.js'
import { expired, type Login } from './logins.js'
import { count, type Outcomes } from './outcome.js'
import { createRefusedTokens } from './refused-tokens.js'
import type { Stage } from './stage.js'

/** So many processes run at the same time. */
const AT_ONCE = 8

/** When the AuthService is killed: with a refresh before it, in its hands, or answered. */
const MOMENTS = ['before it has the request', 'while it has it', 'when it has answered'] as const

export interface Restarts {
  restarts: number
  logouts: number
  /** Tokens that had been refused, and how often one of them was accepted later. */
  refusedTokens: number
  acceptedAfterwards: number
  outcomes: Outcomes
}

/**
 * Kills the AuthService with SIGKILL and starts it again, so many times, always at a moment when it has to do with a
 * refresh of the load: eight processes that call the API again and again with tokens that live a few seconds.
 */
export async function restartMany(
  stage: Stage,
  logins: readonly Login[],
  options: { restarts: number; accessTokenSeconds: number; onRestart?: (restarts: number) => void },
): Promise<Restarts> {
  const { restarts, accessTokenSeconds, onRestart } = options
  const refused = createRefusedTokens(stage)
  let acceptedAfterwards = 0
  let restarting: Promise<void> = Promise.resolve()
  const lanes = Math.max(1, Math.floor(AT_ONCE / logins.length))
  const load = startLoad(stage, logins, { lanes, whenUnreachable: () => restarting })

  for (let restart = 0; restart < restarts; restart += 1) {
    await refused.add()
    restarting = nextRefresh(stage, MOMENTS[restart % MOMENTS.length] ?? MOMENTS[0]).then(() =>
      stage.restartAuthService(accessTokenSeconds),
    )
    await restarting
    acceptedAfterwards += await refused.accepted()
    onRestart?.(restart + 1)
  }
  await load.stop()
  await stage.gate.idle()
  for (const login of logins) {
    await expired(login)
    await count(load.outcomes, stage.runs.getItems(login))
  }
  return {
    restarts,
    logouts: load.outcomes.logouts,
    refusedTokens: refused.count(),
    acceptedAfterwards,
    outcomes: load.outcomes,
  }
}

/** Kills the AuthService at that moment of the next refresh that comes. Resolves when it is dead. */
function nextRefresh(stage: Stage, moment: (typeof MOMENTS)[number]): Promise<void> {
  return new Promise((resolve) => {
    const { authService } = stage.services
    const die = async (): Promise<Fate> => {
      stage.gate.watch = OPEN
      await authService.stop('SIGKILL')
      resolve()
      return 'pass'
    }
    const watch: Watch = {
      async request({ refreshToken }) {
        if (refreshToken === undefined || stage.gate.watch !== watch) return 'pass'
        if (moment === 'before it has the request') return await die()
        if (moment === 'while it has it') void die()
        return 'pass'
      },
      async answer({ refreshToken }) {
        const isIt = refreshToken !== undefined && stage.gate.watch === watch
        return isIt && moment === 'when it has answered' ? await die() : 'pass'
      },
    }
    stage.gate.watch = watch
  })
}
