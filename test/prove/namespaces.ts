import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { bundleProgram } from '../support/bundle-program.js'
import { startChild } from '../support/child.js'
import { programFile } from '../support/program-file.js'
import { OPEN } from './gate.js'
import type { Login } from './logins.js'
import { count, noOutcomes, type Outcomes, refreshLater } from './outcome.js'
import type { Stage } from './stage.js'

export interface Namespaces {
  /** Exchanges of one and the same refresh token: the lock can't keep two namespaces apart. */
  refreshes: number
  /** How both processes ended. */
  outcomes: Outcomes
  /** What a later refresh came to. */
  afterwards: Outcomes
}

/** Who is not root needs a user namespace around it. */
const UNSHARE = process.getuid?.() === 0 ? ['--net'] : ['--net', '--user', '--map-root-user']
/** The loopback of a new namespace is down. */
const LOOPBACK_UP = 'ip link set lo up && exec "$@"'

/** Why no process can be started in another network namespace here; undefined where it can. */
export function whyNoNamespaces(): string | undefined {
  const { status, error, stderr } = spawnSync(
    'unshare',
    [...UNSHARE, 'sh', '-c', LOOPBACK_UP, 'sh', 'true'],
    {
      encoding: 'utf8',
    },
  )
  return status === 0 ? undefined : `unshare --net: ${error?.message ?? stderr.trim()}`
}

/**
 * Lets two processes, in two network namespaces, refresh the same session of the file store at the same time: the
 * first one's exchange is held back until the second one's has come too. The login's access token must have expired.
 */
export async function refreshInTwoNamespaces(stage: Stage, login: Login): Promise<Namespaces> {
  const inside = await bundleProgram('test/prove/inside-namespace.ts')
  const relays = await Promise.all(
    [stage.gate.origin, stage.services.api].map((url) => openRelay(Number(new URL(url).port), stage.folder)),
  )
  const places = Object.fromEntries(relays.map(({ port, path }) => [port, path]))
  const before = stage.gate.granted.length
  let tellBoth = () => {}
  const both = new Promise<void>((resolve) => {
    tellBoth = resolve
  })
  let come = 0
  stage.gate.watch = {
    ...OPEN,
    async request({ refreshToken }) {
      if (refreshToken === undefined) return 'pass'
      come += 1
      if (come === 2) tellBoth()
      await both
      return 'pass'
    },
  }
  const command = ['--verbose', '--profile', login.profile, 'get-items', '--limit', '3']
  const run = async () => {
    const program = [inside.file, JSON.stringify(places), programFile('authcli'), ...command]
    const args = [...UNSHARE, 'sh', '-c', LOOPBACK_UP, 'sh', process.execPath, ...program]
    const child = startChild('unshare', args, {
      env: { PATH: process.env['PATH'], ...login.env },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    if (!child.stdout) throw new Error('the child has no output')
    const { code, ...output } = JSON.parse(await text(child.stdout))
    return { exited: Promise.resolve({ code, signal: null }), output }
  }
  const outcomes = noOutcomes()
  try {
    for (const ended of await Promise.all([run(), run()])) await count(outcomes, ended)
    await stage.gate.idle()
    const refreshes = stage.gate.granted.length - before
    stage.gate.watch = OPEN
    return { refreshes, outcomes, afterwards: await refreshLater(stage, login) }
  } finally {
    await Promise.all(relays.map((relay) => relay.close()))
    inside.remove()
  }
}

/** A socket in the file system that leads to a port of this namespace. */
async function openRelay(port: number, folder: string) {
  const path = join(folder, `relay-${port}`)
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1')
    near.pipe(far).pipe(near)
    near.on('error', () => far.destroy())
    far.on('error', () => near.destroy())
  }).listen(path)
  await once(server, 'listening')
  return {
    port,
    path,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}
