import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { availableParallelism, platform } from 'node:os'

/** Linux counts processor time in these, whatever the kernel's own clock does. */
const TICKS_PER_SECOND = 100
const USER_TICKS = 11
const SYSTEM_TICKS = 12

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

/** The processor time that a process has used so far, all its threads together; NaN where nobody says. */
export function processorSeconds(pid: number | undefined): number {
  if (platform() !== 'linux' || pid === undefined) return Number.NaN
  // The second field is a name in brackets, which may hold anything.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
  return (Number(fields[USER_TICKS]) + Number(fields[SYSTEM_TICKS])) / TICKS_PER_SECOND
}

/** The memory that a process has now, in MiB; NaN where nobody says. */
export function residentMiB(pid: number | undefined): number {
  if (platform() !== 'linux' || pid === undefined) return Number.NaN
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
}
