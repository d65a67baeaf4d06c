import { hostname, release } from 'node:os'
import { Readable } from 'node:stream'
import { run } from '../../../src/cli/run.js'
import { openSessionStore } from '../../../src/session/open-session-store.js'
import type { SessionStore } from '../../../src/session/session-store.js'

/**
 * authcli as it is, but for its end: it kills itself with SIGKILL `before` or `after` (first argument) the
 * `read`, `write` or `remove` (second) of a store of the kind in the third argument, the time of them that
 * the fourth says. The arguments of authcli follow.
 */
const [when = '', what = '', kind = '', which = '', ...argv] = process.argv.slice(2)

let calls = 0
function killing(store: SessionStore): SessionStore {
  const wrap =
    <A extends unknown[], R>(name: string, call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      const isIt = name === what && store.kind === kind
      if (isIt) calls += 1
      const isTime = isIt && calls === Number(which)
      if (isTime && when === 'before') process.kill(process.pid, 'SIGKILL')
      const result = await call(...args)
      if (isTime && when === 'after') process.kill(process.pid, 'SIGKILL')
      return result
    }
  return {
    ...store,
    slot: store.slot,
    read: wrap('read', store.read),
    write: wrap('write', store.write),
    remove: wrap('remove', store.remove),
  }
}

process.exitCode = await run({
  argv,
  env: process.env,
  stdin: { open: () => Readable.from([]) },
  stdout: process.stdout,
  stderr: process.stderr,
  now: Date.now,
  random: Math.random,
  platform: process.platform,
  nodeVersion: process.versions.node,
  systemRelease: release(),
  architecture: process.arch,
  homeDirectory: process.env['HOME'] ?? '',
  lockFolder: '',
  hostName: hostname,
  uid: process.getuid?.() ?? 0,
  pid: process.pid,
  version: '0.0.0-test',
  signal: new AbortController().signal,
  edges: { openStore: (...args) => killing(openSessionStore(...args)) },
})
