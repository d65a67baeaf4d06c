import { endedGrants } from './audit-trail.js'
import { GAPS, type Gap, NO_REFRESH } from './gaps.js'
import { OPEN } from './gate.js'
import { mendKeychain } from './keychain-death.js'
import { expired, type Login } from './logins.js'
import { count, noOutcomes, type Outcomes } from './outcome.js'
import type { Stage } from './stage.js'
import { startWave } from './wave.js'

/** So many processes run at the same time. */
const AT_ONCE = 8
/** Of so many waves one is killed all at once; in the others each process is killed while it refreshes. */
const ALL_AT_ONCE_EVERY = 5
const LATER = ['late', 'lost', 'at once'] as const
/** All but the last one, which ends a wave: what follows it finds nothing to refresh. */
const REPEATED = GAPS.slice(0, -1)

export interface Kills {
  kills: number
  byGap: Record<Gap | typeof NO_REFRESH, number>
  logouts: number
  corruptStores: number
  /** Runs that were let live, those that came last among them: one for each login. */
  outcomes: Outcomes
  /** Grants that the AuthService ended by itself. */
  endedGrants: number
  /** How often the keychain's daemon ended by itself; nobody may be logged out by that either. */
  keychainDeaths: number
}

/**
 * Kills so many processes with SIGKILL, eight at a time, while they refresh: wave after wave, each with another login,
 * so that its access token has expired by then.
 * @param logins of tokens that live for a few seconds
 */
export async function killMany(
  stage: Stage,
  logins: readonly Login[],
  options: { kills: number; onKill?: (kills: number) => void },
): Promise<Kills> {
  const byGap = Object.fromEntries([...GAPS, NO_REFRESH].map((gap) => [gap, 0])) as Kills['byGap']
  const result: Kills = {
    kills: 0,
    byGap,
    logouts: 0,
    corruptStores: 0,
    outcomes: noOutcomes(),
    endedGrants: 0,
    keychainDeaths: 0,
  }
  const { outcomes } = result
  /** Lets the requests of dead processes go on: those of every login in its next wave but one. */
  const late = new Map<Login, () => void>()

  // The first logout ends it: there is nothing to refresh any more, and the bar is missed.
  const isGoodSoFar = () => result.logouts + outcomes.logouts === 0
  for (let wave = 0; result.kills < options.kills && isGoodSoFar(); wave += 1) {
    const login = logins[wave % logins.length]
    if (login === undefined) throw new Error('there is no login')
    const round = Math.floor(wave / logins.length)
    if (await mendKeychain(stage.keyring, login)) result.keychainDeaths += 1
    await expired(login)
    const release = late.get(login)
    let letLateOnesGo = () => {}
    const lateRequests = new Promise<void>((resolve) => {
      letLateOnesGo = resolve
    })
    const allAtOnce = wave % ALL_AT_ONCE_EVERY === ALL_AT_ONCE_EVERY - 1
    const running = startWave(stage, login, {
      plan: planOf(wave, allAtOnce),
      allAtOnce,
      later: LATER[round % LATER.length] ?? 'late',
      stopsKeychain: login.store.kind === 'keychain' && wave % 2 === 0,
      lateRequests,
    })
    const { watch, kills, spared, over } = running
    stage.gate.watch = watch
    await over()
    release?.()
    // Before the successor is used, or, in the next wave of this login, after it was.
    if (round % 2 === 0) letLateOnesGo()
    else late.set(login, letLateOnesGo)
    if (running.keychainDied) result.keychainDeaths += 1
    else for (const run of spared()) await count(outcomes, run)
    for (const { gap, stored } of kills) {
      result.kills += 1
      byGap[gap] += 1
      if (stored === 'missing') result.logouts += 1
      else if (stored !== 'present') result.corruptStores += 1
    }
    options.onKill?.(result.kills)
  }

  for (const release of late.values()) release()
  await stage.gate.idle()
  stage.gate.watch = OPEN
  for (const login of logins) {
    await expired(login)
    await count(outcomes, stage.runs.getItems(login))
  }
  result.logouts += outcomes.logouts
  result.endedGrants = endedGrants(stage.audit).length
  return result
}

/** The gaps of a wave: the early ones in turns, and at the end the one after which nobody refreshes. */
function planOf(wave: number, allAtOnce: boolean): Gap[] {
  if (allAtOnce) {
    const gap = GAPS[Math.floor(wave / ALL_AT_ONCE_EVERY) % GAPS.length] ?? 'before the send'
    return Array.from({ length: AT_ONCE }, () => gap)
  }
  const early = Array.from({ length: AT_ONCE - 1 }, (_, index) => REPEATED[(wave + index) % REPEATED.length])
  return [...early.filter((gap) => gap !== undefined), 'after the save']
}
