import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { buildIfStale } from '../support/build.js'
import { ensureSystemPackages, KEYCHAIN_PACKAGES } from '../support/system-packages.js'
import { startAtOnce } from './at-once.js'
import { GAPS, NO_REFRESH } from './gaps.js'
import { killMany } from './kills.js'
import { expired, inOtherHome } from './logins.js'
import { refreshInTwoNamespaces, whyNoNamespaces } from './namespaces.js'
import type { Outcomes } from './outcome.js'
import { exactly, formatTable, type Line, note, share } from './report.js'
import { restartMany } from './restarts.js'
import { squatName } from './squatted-name.js'
import { type Stage, setStage } from './stage.js'
import { stopHolder } from './stopped-holder.js'
import { buildNewerVersion, runBothVersions, runOlderCommands } from './two-versions.js'

/**
 * `npm run prove -- [--processes 50] [--kills 2000] [--restarts 20]`: tries in every way that we know to get somebody
 * logged out, with real processes, a real keychain and the real services, and prints what came of it. Exit code 1 when
 * a bar is missed.
 */
const { values } = parseArgs({
  options: {
    processes: { type: 'string', default: '50' },
    kills: { type: 'string', default: '2000' },
    restarts: { type: 'string', default: '20' },
  },
})
const processes = readNumber('processes')
const kills = readNumber('kills')
const restarts = readNumber('restarts')

/** Short enough to expire between two waves of kills. */
const SHORT_SECONDS = 3
const LONG_SECONDS = 300
const STOP_SECONDS = 10
const LEAST_SHARE = 0.05

const say = (line: string) => process.stderr.write(`prove: ${line}\n`)
if (!(await ensureSystemPackages(KEYCHAIN_PACKAGES, { say }))) process.exit(1)
buildIfStale()
const startedAt = Date.now()
const parts: { title: string; lines: Line[] }[] = []
await onStage(1, async (stage) => {
  const logins = {
    keychain: await stage.logIn('keychain'),
    homes: await stage.logIn('homes'),
    file: await stage.logIn('file', 'file'),
    stopped: await stage.logIn('stopped'),
    squatted: await stage.logIn('squatted'),
    namespaces: await stage.logIn('namespaces', 'file'),
  }
  await stage.restartAuthService(LONG_SECONDS)
  for (const login of Object.values(logins)) await expired(login)
  const homes = [logins.homes, inOtherHome(logins.homes, join(stage.folder, 'other-home'))]
  await part(`${processes} processes at once, with an expired access token`, async () => [
    ...(await atOnce(stage, 'one home', [logins.keychain])),
    ...(await atOnce(stage, 'two homes', homes)),
    ...(await atOnce(stage, 'file store', [logins.file])),
  ])
  await part(`the process that refreshes is stopped for ${STOP_SECONDS} s`, async () => {
    const seen = await stopHolder(stage, logins.stopped, { others: 7, stopSeconds: STOP_SECONDS })
    return [exactly('refreshes', seen.refreshes, 1), ...allGood(seen.outcomes, 8), ...later(seen.afterwards)]
  })
  await part("another user has the name of the session's lock", async () => {
    const seen = await squatName(stage, logins.squatted, { toTheEnd: true })
    return [
      note('that user', seen.squatter),
      exactly('gave up after 30 s, still logged in', seen.outcomes.unreachable, 1),
      ...later(seen.afterwards),
    ]
  })
  await part('two network namespaces with one session file', async () => {
    const whyNot = whyNoNamespaces()
    if (whyNot !== undefined) return [note('not tried here', whyNot)]
    const seen = await refreshInTwoNamespaces(stage, logins.namespaces)
    return [note('refreshes', seen.refreshes), ...allGood(seen.outcomes, 2), ...later(seen.afterwards)]
  })
})
await onStage(SHORT_SECONDS, async (stage) => {
  const keychain = await Promise.all(['a', 'b', 'c', 'd'].map((name) => stage.logIn(name)))
  const logins = [...keychain, await stage.logIn('e', 'file'), await stage.logIn('f', 'file')]
  await part(`${kills} processes killed with SIGKILL, eight at a time`, async () => {
    const seen = await killMany(stage, logins, {
      kills,
      onKill: (count) => progress(count, kills, 'kills'),
    })
    return [
      ...GAPS.map((gap) => share(`killed ${gap}`, seen.byGap[gap], seen.kills, LEAST_SHARE)),
      note(`killed ${NO_REFRESH}`, `${seen.byGap[NO_REFRESH]}`),
      note('kills', seen.kills),
      note('let live, with the right output', seen.outcomes.good),
      ...(seen.keychainDeaths > 0 ? [note('the keychain died by itself', seen.keychainDeaths)] : []),
      exactly('logouts', seen.logouts, 0),
      exactly('corrupt stores', seen.corruptStores, 0),
      exactly('other failures', failures(seen.outcomes) + seen.endedGrants, 0),
    ]
  })
  await part(`the AuthService killed and started again ${restarts} times under load`, async () => {
    const seen = await restartMany(stage, logins.slice(2), {
      restarts,
      accessTokenSeconds: SHORT_SECONDS,
      onRestart: (count) => progress(count, restarts, 'restarts'),
    })
    return [
      note('runs with the right output', seen.outcomes.good),
      note('runs that said: try again', seen.outcomes.unreachable),
      exactly('logouts', seen.logouts, 0),
      exactly('other failures', seen.outcomes.otherwise.length, 0),
      exactly(`of ${seen.refusedTokens} refused tokens, accepted later`, seen.acceptedAfterwards, 0),
    ]
  })
})
await onStage(SHORT_SECONDS, async (stage) => {
  const newer = await buildNewerVersion()
  await part('two versions of authcli at once', async () => {
    const seen = await runBothVersions(stage, await stage.logIn('both', 'keychain', newer), 3)
    const [inKeychain, inFile] = [
      await runOlderCommands(stage, await stage.logIn('keychain', 'keychain', newer)),
      await runOlderCommands(stage, await stage.logIn('file', 'file', newer)),
    ]
    return [
      ...allGood(seen.newer, 12),
      exactly('the older said whose session it is', seen.olderSaidSo, 12),
      exactly('sessions that it changed', inKeychain.changedBy.length + inFile.changedBy.length, 0),
    ]
  })
  newer.remove()
})

const lines = parts.flatMap((each) => each.lines)
process.stdout.write(`${formatTable(parts)}\n\n`)
process.stdout.write(`${Math.round((Date.now() - startedAt) / 1000)} s on Node ${process.version}\n`)
process.exitCode = lines.every(({ isMet }) => isMet) ? 0 : 1

async function onStage(accessTokenSeconds: number, job: (stage: Stage) => Promise<void>): Promise<void> {
  const stage = await setStage({ accessTokenSeconds })
  try {
    await job(stage)
  } finally {
    await stage.stop()
  }
}

async function part(title: string, job: () => Promise<Line[]>): Promise<void> {
  say(title)
  parts.push({ title, lines: await job() })
}

async function atOnce(stage: Stage, what: string, homes: Parameters<typeof startAtOnce>[1]): Promise<Line[]> {
  const seen = await startAtOnce(stage, homes, processes)
  return [
    exactly(`${what}: refreshes`, seen.refreshes, 1),
    exactly(`${what}: exits with 0 and the right output`, seen.outcomes.good, processes),
    exactly(`${what}: different outputs`, seen.outputs, 1),
  ]
}

function allGood(outcomes: Outcomes, runs: number): Line[] {
  return [exactly('exits with 0 and the right output', outcomes.good, runs)]
}

function later(outcomes: Outcomes): Line[] {
  return [exactly('refreshed again afterwards', outcomes.good, 1)]
}

function failures({ unreachable, otherwise }: Outcomes): number {
  for (const what of otherwise) say(what)
  return unreachable + otherwise.length
}

/** At every tenth. */
function progress(count: number, of: number, what: string): void {
  const tenth = Math.max(1, Math.floor(of / 10))
  if (Math.floor(count / tenth) > Math.floor((count - 1) / tenth)) say(`${count} of ${of} ${what}`)
}

function readNumber(name: 'processes' | 'kills' | 'restarts'): number {
  const number = Number(values[name])
  if (!Number.isSafeInteger(number) || number < 1) throw new Error(`--${name} takes a whole number from 1 on`)
  return number
}
