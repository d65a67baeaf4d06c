import { mkdirSync, rmSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { endChild } from '../../support/child.js'
import { PROJECT_ROOT } from '../../support/project-root.js'
import { makeTemporaryFolder } from '../../support/temporary-folder.js'
import type { Bar } from '../bars.js'
import { bundlePrograms } from '../bundle.js'
import { canPin, residentMiB } from '../processor.js'
import { CASES, type Case, CODE_EXCHANGE, INTROSPECTION, LOGIN, REFRESH } from './cases.js'
import { PROGRAMS, type Server, startServer } from './cast.js'
import { measureFlood } from './flood.js'
import { type Generation, startGeneration } from './load/generation.js'
import { METHOD, measure, type Rounds } from './measure.js'
import { print, printCase, printHeading, ratioBar } from './report.js'
import type { ServerOptions } from './servers/minting.js'

const OTHER_GRANTS = 1_000_000

/** How fast ours has to be, compared with the durable peer and with the one in memory. */
const RATIOS: readonly { of: Case; durable?: number; inMemory?: number }[] = [
  { of: REFRESH, durable: 6, inMemory: 1.5 },
  { of: CODE_EXCHANGE, durable: 4, inMemory: 1.3 },
  { of: INTROSPECTION, inMemory: 1.5 },
  { of: LOGIN, durable: 4 },
]
const MANY_GRANTS_RATIO = 0.9

type Start = (
  server: { name: string; program: Server['program']; isPinned?: boolean },
  options?: Pick<ServerOptions, 'passwords' | 'otherGrants'> & { isDurable?: boolean },
) => Promise<Server>

/** Measures our AuthService, durable and logging, beside npm's oidc-provider: the same requests in one run. */
export async function benchAuthService(): Promise<Bar[]> {
  const folder = makeTemporaryFolder('bench')
  const modules = join(PROJECT_ROOT, '.tmp', `bench-${process.pid}`)
  mkdirSync(modules, { recursive: true })
  const running: Server[] = []
  try {
    const programs = await bundlePrograms(modules, PROGRAMS)
    const generation = startGeneration(programs.generator)
    const start: Start = async (server, { isDurable = true, ...options } = {}) => {
      const file = join(folder.path, String(running.length))
      const database = isDurable ? { database: `${file}.db` } : {}
      const started = await startServer(programs, server, { ...options, ...database, logFile: `${file}.log` })
      running.push(started)
      return started
    }
    print(canPin() ? 'each server on processor 0, the load on processor 1' : 'processors are not pinned')
    print(`${METHOD}; logs to a file, throttles on\n`)
    const bars = [
      ...(await compare(start, generation)),
      await fillDatabase(start, generation),
      await flood(start, generation),
    ]
    print(`\nload average ${loadavg()[0]?.toFixed(1)}: of the rest of the machine, if it is above 2`)
    generation.stop()
    return bars
  } finally {
    await Promise.all(running.map(({ child }) => endChild(child)))
    rmSync(modules, { recursive: true, force: true })
    folder.remove()
  }
}

/** Every case on ours and on both peers. */
async function compare(start: Start, generation: Generation): Promise<Bar[]> {
  const ours = await start({ name: 'auth-service, SQLite', program: 'auth-service' })
  const inMemory = await start(
    { name: 'oidc-provider, in memory', program: 'oidc-provider' },
    { isDurable: false },
  )
  const durable = await start({ name: 'oidc-provider, SQLite as durable', program: 'oidc-provider' })
  const servers = [ours, inMemory, durable]
  const atRest = servers.map(({ child }) => residentMiB(child.pid))
  const results = new Map<Case, Rounds>()
  printHeading()
  for (const each of CASES) {
    const able = servers.filter(({ program }) => each.only === undefined || each.only === program)
    const rounds = await measure(able, each, generation)
    printCase(each, rounds)
    results.set(each, rounds)
  }

  const underLoad = servers.map((server) => highestMemory(server, [...results.values()]))
  print(`\n${'memory, MiB'.padEnd(50)}${'at rest'.padEnd(22)}highest under load`)
  for (const [index, { name }] of servers.entries()) {
    print(`  ${name.padEnd(48)}${atRest[index]?.toFixed(0).padEnd(22)}${underLoad[index]?.toFixed(0)}`)
  }
  const [ownMemory = Number.NaN, ...peerMemory] = underLoad
  await Promise.all(servers.map(({ child }) => endChild(child)))
  return [
    ...RATIOS.flatMap(({ of, ...bars }) => {
      const rounds = results.get(of) ?? new Map()
      return [
        ...(bars.durable === undefined ? [] : [ratioBar(of.name, rounds, [ours, durable], bars.durable)]),
        ...(bars.inMemory === undefined ? [] : [ratioBar(of.name, rounds, [ours, inMemory], bars.inMemory)]),
      ]
    }),
    {
      what: 'memory under load, beside the smaller of the two oidc-providers',
      measured: `${ownMemory.toFixed(0)} MiB`,
      bar: `≤ ${Math.min(...peerMemory).toFixed(0)} MiB`,
      isMet: ownMemory <= Math.min(...peerMemory),
    },
  ]
}

/** Refreshes among a million grants of others, and on a database without any. */
async function fillDatabase(start: Start, generation: Generation): Promise<Bar> {
  const empty = await start({ name: 'no other grants', program: 'auth-service' })
  const full = await start(
    { name: `${OTHER_GRANTS} other grants`, program: 'auth-service' },
    { otherGrants: OTHER_GRANTS },
  )
  const rounds = await measure([full, empty], REFRESH, generation)
  print('')
  printCase(REFRESH, rounds)
  await Promise.all([full, empty].map(({ child }) => endChild(child)))
  return ratioBar(REFRESH.name, rounds, [full, empty], MANY_GRANTS_RATIO)
}

/** On all processors: one alone could not both check passwords and answer. */
async function flood(start: Start, generation: Generation): Promise<Bar> {
  const server = await start(
    { name: 'auth-service, Argon2id', program: 'auth-service', isPinned: false },
    { passwords: 'argon2id' },
  )
  const bar = await measureFlood(server, generation)
  await endChild(server.child)
  return bar
}

function highestMemory(server: Server, results: readonly Rounds[]): number {
  return Math.max(
    ...results.flatMap((rounds) => (rounds.get(server) ?? []).map((sample) => sample.residentMiB)),
  )
}
