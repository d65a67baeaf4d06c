import { type Bar, formatSpread, spreadOf } from '../bars.js'
import { residentMiB } from '../processor.js'
import { LOGIN, REFRESH } from './cases.js'
import type { Server } from './cast.js'
import type { Generation } from './load/generation.js'
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
  async function run(seconds: number) {
    const [refresh, login] = await Promise.all([refreshing(seconds), signingIn(seconds)])
    const options = { port: server.port, seconds }
    const [refreshes, logins] = await Promise.all([
      generation.run({ ...options, connections: REFRESH.connections, script: refresh.script }),
      generation.run({ ...options, connections: LOGIN.connections, script: login.script }),
    ])
    refresh.finished?.(refreshes.refreshTokens)
    return { refreshes, logins }
  }
  await run(WARM_UP_SECONDS)
  const rounds = []
  for (let round = 0; round < ROUNDS; round += 1) rounds.push(await run(SECONDS))

  const spread = (figures: number[], digits: number) => formatSpread(spreadOf(figures), digits)
  const p99 = spreadOf(rounds.map(({ refreshes }) => refreshes.p99))
  print(
    `\nrefresh from ${REFRESH.connections} connections, while ${LOGIN.connections} clients log in without a pause`,
  )
  print(
    `  whole logins with Argon2id a second   ${spread(
      rounds.map(({ logins }) => logins.perSecond),
      1,
    )}`,
  )
  print(
    `  p50 of a login, ms                    ${spread(
      rounds.map(({ logins }) => logins.p50),
      0,
    )}`,
  )
  print(
    `  refreshes a second                    ${spread(
      rounds.map(({ refreshes }) => refreshes.perSecond),
      0,
    )}`,
  )
  print(
    `  p50 of a refresh, ms                  ${spread(
      rounds.map(({ refreshes }) => refreshes.p50),
      1,
    )}`,
  )
  print(`  p99 of a refresh, ms                  ${formatSpread(p99, 1)}`)
  print(`  memory of the server, MiB             ${residentMiB(server.child.pid).toFixed(0)}`)
  return {
    what: 'p99 of a refresh during the login flood',
    measured: `${formatSpread(p99, 1)} ms`,
    bar: `< ${P99_BAR} ms`,
    isMet: p99.median < P99_BAR,
  }
}
