import { setTimeout as wait } from 'node:timers/promises'
import type { Program } from '../support/processes.js'
import { joinLegs, type SeenLeg } from './join-legs.js'
import { type Call, type Observation, parseLogLine, parseTraceLine } from './observations.js'

/** Listens to the programs, and tells each leg as soon as it and all before it have been seen. */
export interface Recorder {
  hearService(program: Program): void
  hearCall(program: Program, call: Call): void
  /** The leg that was not told yet; one more than there are when all were. */
  next(): number
  /** Resolves when this leg was told, or the time is up. */
  reached(leg: number, limitMs: number): Promise<void>
}

/** `tell` gets every leg once, in order. */
export function createRecorder(now: () => number, tell: (seen: SeenLeg) => void): Recorder {
  const observations: Observation[] = []
  const waiting = new Set<() => void>()
  let told = 0

  const observe = (observation: Observation | undefined) => {
    if (!observation) return
    observations.push(observation)
    for (const seen of joinLegs(observations)) {
      if (seen.leg !== told + 1) continue
      told = seen.leg
      tell(seen)
    }
    for (const look of waiting) look()
  }
  return {
    hearService: (program) => program.onLine((line) => observe(parseLogLine(line))),
    hearCall: (program, call) => program.onLine((line) => observe(parseTraceLine(line, call, now()))),
    next: () => told + 1,
    reached: async (leg, limitMs) => {
      const limit = new AbortController()
      const arrived = new Promise<void>((resolve) => {
        const look = () => {
          if (told < leg) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      })
      await Promise.race([arrived, wait(limitMs, undefined, { signal: limit.signal }).catch(() => undefined)])
      limit.abort()
    },
  }
}
