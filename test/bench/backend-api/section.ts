import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { endChild } from '../../support/child.js'
import { PROJECT_ROOT } from '../../support/project-root.js'
import { makeTemporaryFolder } from '../../support/temporary-folder.js'
import { type Bar, formatSpread, spreadOf } from '../bars.js'
import { bundlePrograms } from '../bundle.js'
import { chooseLoadGenerator, type LoadGenerator } from '../load.js'
import { canPin, processorSeconds } from '../processor.js'
import { fillDatabase, ITEMS } from './database.js'
import { describePeers, installPeers } from './peers.js'
import { PROGRAMS, type Programs } from './programs.js'
import { makeTokens, TOKENS } from './tokens.js'
import {
  freePort,
  startAuthService,
  startVariant,
  VARIANTS,
  type Variant,
  type VariantName,
} from './variants.js'

/** Many short rounds: what is compared must be close in time. */
const ROUNDS = 9
const SECONDS = 2
/** Before each measurement: the first requests after a pause find cold caches, on the processor and in the server. */
const WARM_UP_SECONDS = 1
/** Once, before the first round: all tokens are seen, and the code is compiled. */
const FIRST_WARM_UP_SECONDS = 4
const CONNECTIONS = 64
/** Nobody listens there: the servers are asked by their own ports. */
const RESOURCE = 'https://items.example'

/** What one variant did in one round. */
interface Sample {
  requestsPerSecond: number
  /**
   * Requests for each second of processor time that the server used. The same on an idle machine, and still true
   * on one where others take their share.
   */
  perProcessorSecond: number
}

type Rounds = Record<VariantName, Sample[]>

/**
 * Requests per second of `GET /items` with and without validation, ours and the peers', interleaved in rounds so
 * that a machine that speeds up or slows down does so for all of them.
 */
export async function benchBackendApi(): Promise<Bar[]> {
  const folder = makeTemporaryFolder('bench')
  const modules = join(PROJECT_ROOT, '.tmp', `bench-${process.pid}`)
  mkdirSync(modules, { recursive: true })
  try {
    const programs = await bundlePrograms(modules, PROGRAMS)
    const load = chooseLoadGenerator({
      wrkScript: join(PROJECT_ROOT, 'test/bench/backend-api/cycle-tokens.lua'),
      nodeGenerator: programs['load-generator'],
    })
    print(`GET /items?limit=100, ${ITEMS} items, ${TOKENS} ES256 tokens in turn, ${CONNECTIONS} connections,`)
    print(
      `${ROUNDS} interleaved rounds of ${SECONDS} s after ${WARM_UP_SECONDS} s of warm-up, load from ${load.name}`,
    )
    print(canPin() ? 'server on processor 0, all else on processor 1' : 'processors are not pinned')
    print(`peers: ${describePeers()}\n`)
    const rounds = await measure(folder.path, programs, load.run)
    printTable(rounds)
    return barsOf(rounds)
  } finally {
    rmSync(modules, { recursive: true, force: true })
    folder.remove()
  }
}

async function measure(folder: string, programs: Programs, load: LoadGenerator): Promise<Rounds> {
  const peersFolder = join(folder, 'peers')
  mkdirSync(peersFolder)
  const peers = installPeers(peersFolder)
  const authServicePort = await freePort()
  const account = { issuer: `http://127.0.0.1:${authServicePort}`, subject: 'account-1' }
  const database = join(folder, 'items.db')
  await fillDatabase(database, account)
  const { publicJwk, tokens } = await makeTokens(account, RESOURCE)
  const tokensFile = join(folder, 'tokens')
  writeFileSync(tokensFile, `${tokens.join('\n')}\n`)

  const authService = await startAuthService(programs['auth-service'], authServicePort, publicJwk)
  const running: Variant[] = []
  try {
    const logFile = (name: string) => join(folder, `${name}.log`)
    for (const name of VARIANTS) {
      running.push(
        await startVariant(name, { programs, peers, account, database, resource: RESOURCE, logFile }),
      )
    }
    await refuseDifferentAnswers(running, tokens[0] ?? '')
    for (const { url } of running) {
      await load({ url, tokensFile, connections: CONNECTIONS, seconds: FIRST_WARM_UP_SECONDS })
    }
    const rounds: Rounds = { unprotected: [], jwks: [], introspection: [], express: [], fastify: [] }
    for (let round = 0; round < ROUNDS; round += 1) {
      // Each round begins with another variant.
      const order = [...running.slice(round % running.length), ...running.slice(0, round % running.length)]
      for (const variant of order) rounds[variant.name].push(await sample(variant, tokensFile, load))
      const figures = VARIANTS.map((name) => `${name} ${rounds[name].at(-1)?.requestsPerSecond.toFixed(0)}`)
      print(`round ${round + 1}: ${figures.join(', ')}`)
    }
    return rounds
  } finally {
    await Promise.all([...running.map(({ child }) => endChild(child)), endChild(authService)])
  }
}

async function sample(
  { name, url, child }: Variant,
  tokensFile: string,
  load: LoadGenerator,
): Promise<Sample> {
  const options = { url, tokensFile, connections: CONNECTIONS }
  await load({ ...options, seconds: WARM_UP_SECONDS })
  const before = processorSeconds(child.pid)
  const { requestsPerSecond, failures } = await load({ ...options, seconds: SECONDS })
  if (failures > 0) throw new Error(`${name}: ${failures} requests failed`)
  const used = processorSeconds(child.pid) - before
  return { requestsPerSecond, perProcessorSecond: (requestsPerSecond * SECONDS) / used }
}

/** What is compared must do the same work: the same answer, byte for byte. */
async function refuseDifferentAnswers(variants: readonly Variant[], token: string): Promise<void> {
  const answers = await Promise.all(
    variants.map(async ({ name, url }) => {
      const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
      if (response.status !== 200) throw new Error(`${name} answers ${response.status}`)
      return response.text()
    }),
  )
  if (new Set(answers).size !== 1) throw new Error('the variants do not answer the same')
}

function printTable(rounds: Rounds): void {
  print('\nmedian (lowest–highest)   requests per second   the same for a second of processor time')
  for (const name of VARIANTS) {
    const [wall, processor] = (['requestsPerSecond', 'perProcessorSecond'] as const).map((figure) =>
      formatSpread(spreadOf(rounds[name].map((one) => one[figure])), 0).padEnd(22),
    )
    print(`  ${name.padEnd(24)}${wall}${processor}`)
  }
  const [load = 0] = loadavg()
  const others = Math.max(0, load - 2)
  print(
    `load average ${load.toFixed(1)}${others > 1 ? ': the machine has other work, so mind the second column' : ''}`,
  )
}

function barsOf(rounds: Rounds): Bar[] {
  return [
    ratioBar('jwks mode ÷ unprotected', rounds.jwks, rounds.unprotected, 0.85),
    ratioBar('introspection mode ÷ unprotected', rounds.introspection, rounds.unprotected, 0.8),
    ratioBar('jwks mode ÷ express-oauth2-jwt-bearer', rounds.jwks, rounds.express, 3),
    ratioBar('introspection mode ÷ express-oauth2-jwt-bearer', rounds.introspection, rounds.express, 3),
  ]
}

/** The ratio within each round, and the middle one of those. */
function ratioBar(what: string, numerators: Sample[], denominators: Sample[], bar: number): Bar {
  const ratios = (figure: keyof Sample) =>
    spreadOf(numerators.map((one, round) => one[figure] / (denominators[round]?.[figure] ?? Number.NaN)))
  const wall = ratios('requestsPerSecond')
  const processor = ratios('perProcessorSecond')
  const measured = `${formatSpread(wall, 2)}, by processor time ${formatSpread(processor, 2)}`
  return { what, measured, bar: `≥ ${bar}`, isMet: wall.median >= bar }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
