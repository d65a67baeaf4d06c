import { type Bar, formatSpread, spreadOf } from '../bars.js'
import { residentMiB } from '../processor.js'
import { LOGIN, REFRESH } from './cases.js'
import type { Server } from './cast.js'
import type { Generation } from './load/generation.js'
import { type Pace, paceOf } from './measure.js'
import { print } from './report.js'

const ROUNDS = 5
const SECONDS = 4
const WARM_UP_SECONDS = 1
/** In milliseconds. */
const P99_BAR = 50

/**
 * Refreshes while 16 clients sign in without a pause, their passwords checked with Argon2id.
 *
 * @param server one that checks passwords as in the product.
 */
export async function measureFlood(server: Server, generation: Generation): Promise<Bar> {
  const [refreshing, signingIn] = await Promise.all([REFRESH.prepare(server), LOGIN.prepare(server)])
  async function run() {
    const [refresh, login] = await Promise.all([refreshing(SECONDS), signingIn(SECONDS)])
    const options = { port: server.port, warmUpSeconds: WARM_UP_SECONDS, seconds: SECONDS }
    const [refreshes, logins] = await Promise.all([
      generation.run({ ...options, connections: REFRESH.connections, script: refresh.script }),
      generation.run({ ...options, connections: LOGIN.connections, script: login.script }),
    ])
    refresh.finished?.(refreshes.refreshTokens)
    return { refreshes: paceOf([refreshes]), logins: paceOf([logins]) }
  }
  const rounds: Record<'refreshes' | 'logins', Pace>[] = []
  for (let round = 0; round < ROUNDS; round += 1) rounds.push(await run())

  print(
    `\nrefresh from ${REFRESH.connections} connections, while ${LOGIN.connections} clients log in without a pause`,
  )
  const say = (what: string, digits: number, figure: (round: (typeof rounds)[number]) => number) =>
    print(`  ${what.padEnd(38)}${formatSpread(spreadOf(rounds.map(figure)), digits)}`)
  say('whole logins with Argon2id a second', 1, ({ logins }) => logins.perSecond)
  say('p50 of a login, ms', 0, ({ logins }) => logins.p50)
  say('refreshes a second', 0, ({ refreshes }) => refreshes.perSecond)
  say('p50 of a refresh, ms', 1, ({ refreshes }) => refreshes.p50)
  say('p99 of a refresh, ms', 1, ({ refreshes }) => refreshes.p99)
  print(`  memory of the server, MiB             ${residentMiB(server.child.pid).toFixed(0)}`)
  const p99 = spreadOf(rounds.map(({ refreshes }) => refreshes.p99))
  return {
    what: 'p99 of a refresh during the login flood',
    measured: `${formatSpread(p99, 1)} ms`,
    bar: `< ${P99_BAR} ms`,
    isMet: p99.median < P99_BAR,
  }
}
