import { startChild } from '../../../support/child.js'
import { LOAD_PROCESSOR } from '../../load.js'
import { pinned } from '../../processor.js'
import type { Outcome, Plan } from './plan.js'

/** A load generator in a process of its own. */
export interface Generation {
  /** Runs a plan; several at once share the process. @throws when a server answers otherwise than it should. */
  run(plan: Plan): Promise<Outcome>
  stop(): void
}

/** @param program the generator, bundled. */
export function startGeneration(program: string): Generation {
  const [command, args] = pinned(LOAD_PROCESSOR, process.execPath, [program])
  const child = startChild(command, args, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    // Times come by the thousand, and as numbers.
    serialization: 'advanced',
  })
  const waiting = new Map<number, { resolve(outcome: Outcome): void; reject(error: Error): void }>()
  let last = 0
  child.on('message', ({ id, outcome, error }: { id: number; outcome?: Outcome; error?: string }) => {
    const run = waiting.get(id)
    waiting.delete(id)
    if (outcome === undefined) run?.reject(new Error(error))
    else run?.resolve(outcome)
  })
  child.once('exit', (code) => {
    for (const { reject } of waiting.values()) reject(new Error(`the load generator ended with ${code}`))
  })
  return {
    run: (plan) =>
      new Promise((resolve, reject) => {
        last += 1
        waiting.set(last, { resolve, reject })
        child.send({ id: last, plan })
      }),
    stop: () => void child.disconnect(),
  }
}
