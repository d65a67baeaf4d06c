import { spawnSync } from 'node:child_process'
import { buildIfStale } from '../support/build.js'
import { emptyHome } from '../support/empty-home.js'
import { startKeyring } from '../support/keyring.js'
import { startProgram } from '../support/processes.js'
import { programFile } from '../support/program-file.js'
import { createUserAgent } from '../support/scripted-user-agent.js'
import { startServices } from '../support/services.js'
import { signIn } from '../support/sign-in.js'
import { makeTemporaryFolder } from '../support/temporary-folder.js'
import { type Bar, formatSpread, spreadOf } from './bars.js'

const ROUNDS = 20

/** What every command is measured against: a Node that starts and ends. */
const NOTHING = 'node -e 0'

/** Arguments of Node. */
const COMMANDS: Record<string, string[]> = {
  [NOTHING]: ['-e', '0'],
  'authcli --version': [programFile('authcli'), '--version'],
  'authcli --help': [programFile('authcli'), '--help'],
  'authcli token': [programFile('authcli'), 'token'],
  'authcli status': [programFile('authcli'), 'status'],
  'authcli get-items': [programFile('authcli'), 'get-items'],
}

/** How many times as long as nothing a command may take. */
const BARS: Record<string, number> = { 'authcli --version': 1.3, 'authcli token': 2, 'authcli get-items': 3 }

/**
 * Measures whole processes of authcli, from start to end, in turns with a Node that does nothing: logged in
 * for real, the session in a real keychain, the BackendAPI on loopback. `NODE_EXTRA_CA_CERTS` is not set: some
 * Nodes take longer to read it than all that is measured here.
 */
export async function benchCli(): Promise<Bar[]> {
  buildIfStale()
  const folder = makeTemporaryFolder('bench')
  const keyring = await startKeyring()
  const services = await startServices({ folder: folder.path })
  const env = { PATH: process.env['PATH'], ...emptyHome(folder.path), ...keyring.env }
  try {
    const login = startProgram('authcli', ['login', '--api', services.api, '--no-browser'], {
      env,
      input: '',
    })
    const [url = ''] = await login.line(/^http\S+$/)
    await signIn(createUserAgent(), url, services.account)
    await login.exited
    return report(measure(env))
  } finally {
    await services.stop()
    await keyring.stop()
    folder.remove()
  }
}

/** Milliseconds of each run, by command. */
function measure(env: Record<string, string | undefined>): Record<string, number[]> {
  const runs: Record<string, number[]> = {}
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [name, args] of Object.entries(COMMANDS)) {
      const start = performance.now()
      const { status, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' })
      const time = performance.now() - start
      if (status !== 0) throw new Error(`${name} ended with ${status}: ${stderr}`)
      runs[name] = [...(runs[name] ?? []), time]
    }
  }
  return runs
}

function report(runs: Record<string, number[]>): Bar[] {
  const { median: nothing } = spreadOf(runs[NOTHING] ?? [])
  print(`${ROUNDS} alternating runs of whole processes, ms: median (lowest–highest)\n`)
  return Object.entries(runs).flatMap(([name, times]) => {
    const spread = spreadOf(times)
    const ratio = spread.median / nothing
    print(`${name.padEnd(20)} ${formatSpread(spread, 1).padEnd(24)} ${ratio.toFixed(2)} × ${NOTHING}`)
    const bar = BARS[name]
    if (bar === undefined) return []
    const measured = `${ratio.toFixed(2)} × ${NOTHING}, ${formatSpread(spread, 1)} ms`
    return [{ what: name, measured, bar: `at most ${bar.toFixed(1)} ×`, isMet: ratio <= bar }]
  })
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
