import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

/**
 * Puts a command on one processor: what is measured and what measures it must not take each other's time. Does
 * nothing where that can't be done; `canPin` says so.
 */
export function pinned(processor: number, command: string, args: readonly string[]): [string, string[]] {
  return canPin() ? ['taskset', ['-c', String(processor), command, ...args]] : [command, [...args]]
}

export function canPin(): boolean {
  return availableParallelism() > 1 && spawnSync('taskset', ['--version']).status === 0
}
