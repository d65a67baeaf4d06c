import { type Gap, gapOf, type NO_REFRESH, type Seen } from './gaps.js'
import type { Answer, Fate, Passing, Watch } from './gate.js'
import { mendKeychain } from './keychain-death.js'
import type { Login } from './logins.js'
import { kill, type Run } from './runs.js'
import type { Stage } from './stage.js'

/** A process that was killed, and where it was. */
export interface Kill {
  gap: Gap | typeof NO_REFRESH
  /** What the store held afterwards. */
  stored: 'present' | 'missing' | 'unreadable' | 'newer'
}

/** What becomes of a request whose sender was killed: lost, handled at once, or after those that followed it. */
type Later = 'lost' | 'at once' | 'late'

export interface WaveOptions {
  /** The gap in which to kill the first process that refreshes, the second, … */
  plan: readonly Gap[]
  /** Kills all that run, and not only the one that refreshes, at the first of these moments. */
  allAtOnce: boolean
  /** Which process of the plan's gap after the send has its request lost, handled at once, or late. */
  later: Later
  /** Stops the keychain to kill between receipt and save, where it would be too short a time to hit. */
  stopsKeychain: boolean
  /** Resolves when late requests may be handled. */
  lateRequests: Promise<void>
}

/** Processes that are killed one after the other while each refreshes the same login, or all at once. */
export interface Wave {
  watch: Watch
  kills: Kill[]
  /** The keychain's daemon ended by itself meanwhile, and was started anew. What authcli says then is right. */
  keychainDied: boolean
  /** Those that nobody killed, because there was nothing to refresh any more. */
  spared(): Run[]
  /** Resolves when all of them have ended, rejects when the proof itself went wrong. */
  over(): Promise<void>
}

/**
 * Starts as many processes with one login as the plan has gaps. Because of the lock only one of them refreshes at a
 * time. It is killed in its gap: the gate holds back what is on the way, until the process is dead. Where it really
 * was is not taken from the plan, but from what was seen: see `Seen`.
 */
export function startWave(stage: Stage, login: Login, options: WaveOptions): Wave {
  const { plan, allAtOnce, later, stopsKeychain, lateRequests } = options
  const runs = plan.map(() => stage.runs.getItems(login))
  const gapOfTrace = new Map<string, Gap>()
  const sent = new Set<string>()
  const answered = new Map<string, { traceparent: string; answer: Answer }>()
  const traceOf = new Map<Run, string>()
  const killed = new Set<Run>()
  const kills: Kill[] = []
  const tasks: Promise<void>[] = []
  /** The next refresh begins when it is known how the one before ended. */
  let known: Promise<void> = Promise.resolve()

  const wave: Wave = {
    watch: { request: whenRequested, answer: whenAnswered },
    kills,
    keychainDied: false,
    spared: () => runs.filter((run) => !killed.has(run)),
    async over() {
      await Promise.all(runs.map((run) => run.exited))
      await Promise.all(tasks)
      await known
      if (await mendKeychain(stage.keyring, login)) wave.keychainDied = true
    },
  }
  return wave

  async function whenRequested(passing: Passing): Promise<Fate> {
    const { traceId } = passing
    await known
    const run = await stage.runs.ofTrace(traceId)
    if (killed.has(run)) return 'drop'
    const gap = gapOfTrace.get(traceId) ?? plan[gapOfTrace.size]
    // The API's items need no plan, and a wave no more refreshes than it has processes.
    if (gap === undefined) return 'pass'
    gapOfTrace.set(traceId, gap)
    traceOf.set(run, traceId)
    if (passing.refreshToken === undefined) {
      if (gap !== 'before the send') return 'pass'
      await killHere(run)
      return 'drop'
    }
    sent.add(traceId)
    if (gap !== 'between send and commit') return 'pass'
    await killHere(run)
    if (later === 'late') await lateRequests
    return later === 'lost' ? 'drop' : 'pass'
  }

  async function whenAnswered(passing: Passing, answer: Answer): Promise<Fate> {
    const { traceId, traceparent } = passing
    const run = await stage.runs.ofTrace(traceId)
    if (killed.has(run)) return 'drop'
    if (passing.refreshToken === undefined || answer.status !== 200) return 'pass'
    await stage.audit.logged('refreshed', traceId)
    answered.set(traceId, { traceparent, answer })
    const gap = gapOfTrace.get(traceId)
    if (gap === 'between commit and receipt') {
      await killHere(run)
      return 'drop'
    }
    const isStopping = gap === 'between receipt and save' && stopsKeychain
    if (isStopping) stage.keyring.suspend()
    const moment = gap === 'after the save' ? /trace session-stored/ : received(traceparent)
    tasks.push(run.says(moment).then(() => killHere(run)))
    return 'pass'
  }

  /** Kills a process, or all that are left, and finds out where each of them was. */
  function killHere(run: Run): Promise<void> {
    const candidates = allAtOnce ? wave.spared() : [run]
    for (const candidate of candidates) killed.add(candidate)
    known = (async () => {
      const wereKilled = await Promise.all(candidates.map(kill))
      stage.keyring.resume()
      const victims = candidates.filter((_, index) => wereKilled[index])
      // Who had ended by itself a moment before was let live.
      for (const candidate of candidates) if (!victims.includes(candidate)) killed.delete(candidate)
      if (await mendKeychain(stage.keyring, login)) wave.keychainDied = true
      const stored = await login.store.read()
      const token = stored.state === 'present' ? stored.session.refreshToken : undefined
      for (const victim of victims) kills.push({ gap: gapOf(seenOf(victim, token)), stored: stored.state })
    })()
    return known
  }

  function seenOf(run: Run, storedToken: string | undefined): Seen {
    const traceId = traceOf.get(run) ?? ''
    const { traceparent, answer } = answered.get(traceId) ?? {}
    const lines = run.output.stderr
    return {
      started: lines.includes('trace refresh-started'),
      sent: sent.has(traceId),
      committed: answer !== undefined,
      received: traceparent !== undefined && received(traceparent).test(lines),
      saved: answer !== undefined && answer.refreshToken === storedToken,
    }
  }
}

/** What authcli says when an answer has come. */
function received(traceparent: string): RegExp {
  return new RegExp(`trace response .*traceparent=${traceparent}`)
}
