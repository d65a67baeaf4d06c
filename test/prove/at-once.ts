import { OPEN } from './gate.js'
import { type Login, sessionOf } from './logins.js'
import { count, noOutcomes, type Outcomes } from './outcome.js'
import type { Stage } from './stage.js'

export interface AtOnce {
  processes: number
  /** Exchanges of the refresh token at the AuthService. */
  refreshes: number
  outcomes: Outcomes
  /** How many different texts they printed. */
  outputs: number
}

/**
 * Starts so many processes at the same moment with a login whose access token has expired, in turns with each of
 * the homes that know it. The first exchange is held back until every one of them has seen the expired token.
 */
export async function startAtOnce(stage: Stage, homes: readonly Login[], processes: number): Promise<AtOnce> {
  const [first] = homes
  if (first === undefined) throw new Error('there is no login')
  const { refreshToken } = await sessionOf(first)
  const before = stage.gate.granted.length
  const runs = Array.from({ length: processes }, (_, index) =>
    stage.runs.getItems(homes[index % homes.length] ?? first),
  )
  const outcomes = noOutcomes()
  const allHaveRead = Promise.all(runs.map((run) => run.says(/trace session-read/)))
  stage.gate.watch = {
    ...OPEN,
    async request({ refreshToken: presented }) {
      if (presented !== undefined) await allHaveRead
      return 'pass'
    },
  }
  await Promise.all(runs.map((run) => count(outcomes, run)))
  await stage.gate.idle()
  stage.gate.watch = OPEN
  const granted = stage.gate.granted.slice(before)
  if (granted.some((token) => token !== refreshToken)) throw new Error('a token was refreshed twice in a row')
  return {
    processes,
    refreshes: granted.length,
    outcomes,
    outputs: new Set(runs.map(({ output }) => output.stdout)).size,
  }
}
