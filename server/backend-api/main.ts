import { EventEmitter, once } from 'node:events'
import { openSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Writable } from 'node:stream'
import { Command, CommanderError } from 'commander'
import type { FastifyInstance } from 'fastify'
import { buildBackendApi } from './backend-api.js'
import { type Flags, readConfiguration, SETTINGS } from './configuration.js'
import { developmentSettings } from './development.js'
import { ConfigurationError, StartError } from './errors.js'
import { createHttp } from './http.js'
import { type BufferedLogLines, bufferLogLines } from './log-lines.js'
import { productionSettings, type Settings } from './settings.js'
import { openStore } from './store/store.js'

/** After this time a connection that is still busy is cut, so that SIGTERM always ends within 10 s. */
const STOP_TIMEOUT_MS = 8_000
const SWEEP_INTERVAL_MS = 50
const STOP_SIGNALS = ['SIGTERM', 'SIGINT']

/** What the program touches of its process. */
export interface Edges {
  /** Without `node` and the script. */
  argv: readonly string[]
  environment: NodeJS.ProcessEnv
  stdout: Writable & { isTTY?: boolean }
  stderr: Writable
  /** Emits SIGTERM and SIGINT, and `exit` last of all. */
  signals: Pick<EventEmitter, 'on' | 'off'>
  homeDirectory: string
  /** That of the package. */
  version: string
  /** Epoch milliseconds. */
  now: () => number
  /** For how long a stop waits for requests; 8 s unless told. */
  stopTimeoutMs?: number
}

/**
 * Runs the BackendAPI until it is told to stop. Resolves with the exit code: 0 after a signal, 1 when it could
 * not start, 2 when a setting is wrong. Never rejects for those.
 */
export async function main(edges: Edges): Promise<number> {
  try {
    const { flags, dev } = parseArguments(edges)
    const configuration = readConfiguration(flags, edges.environment)
    const settings = dev
      ? await developmentSettings(configuration, stateDirectory(edges))
      : productionSettings(configuration)
    await serve(edges, settings)
    return 0
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    if (!(error instanceof ConfigurationError || error instanceof StartError)) throw error
    edges.stderr.write(`backend-api: ${error.message}\n`)
    return error.exitCode
  }
}

function parseArguments({ argv, stdout, stderr, version }: Edges): { flags: Flags; dev: boolean } {
  const command = new Command('backend-api')
    .description('Serves the items of the person whose access token comes along.')
    .version(version, '--version', 'print the version')
    .option('--dev', 'all defaults, on loopback, together with auth-service --dev')
    .exitOverride()
    .configureOutput({ writeOut: (text) => stdout.write(text), writeErr: (text) => stderr.write(text) })
  for (const { flag, placeholder, description } of Object.values(SETTINGS)) {
    if (flag) command.option(`--${flag} <${placeholder}>`, description)
  }
  command.addHelpText('after', `\nEach can also be set in the environment:\n${describeVariables()}`)
  const { dev = false, ...flags } = command.parse(argv, { from: 'user' }).opts<Flags & { dev?: boolean }>()
  return { flags, dev }
}

function describeVariables(): string {
  const settings = Object.values(SETTINGS)
  const width = Math.max(...settings.map(({ variable }) => variable.length))
  return settings
    .map(
      ({ variable, flag, description }) => `  ${variable.padEnd(width)}  ${flag ? `--${flag}` : description}`,
    )
    .join('\n')
}

/** `$XDG_STATE_HOME`, or the place that stands for it. */
function stateDirectory({ environment, homeDirectory }: Edges): string {
  return environment['XDG_STATE_HOME'] || join(homeDirectory, '.local', 'state')
}

async function serve(edges: Edges, settings: Settings): Promise<void> {
  const log = openLog(edges, settings)
  const store = await openStore(settings.databaseFile)
  const http = createHttp()
  const signals = watchStopSignals(edges.signals)
  edges.signals.on('exit', log.flush)
  try {
    const app = await buildBackendApi({ store, http, now: edges.now, log }, settings)
    announce(await listen(app, settings), edges, settings)
    app.log.info({ signal: await signals.first }, 'stopping')
    await stop(app, signals.second, edges.stopTimeoutMs ?? STOP_TIMEOUT_MS)
  } finally {
    signals.release()
    edges.signals.off('exit', log.flush)
    await http.close()
    await store.close()
    log.flush()
  }
}

function openLog({ stdout }: Edges, { logFile }: Settings): BufferedLogLines {
  // A reader that went away does not end the service.
  stdout.on('error', () => undefined)
  if (logFile === undefined) return bufferLogLines((lines) => stdout.write(lines))
  try {
    const file = openSync(logFile, 'a', 0o600)
    return bufferLogLines((lines) => appendLines(file, lines))
  } catch (error) {
    throw new StartError(`the log file can't be written: ${(error as Error).message}`, { cause: error })
  }
}

function appendLines(file: number, lines: string): void {
  try {
    writeFileSync(file, lines)
  } catch {
    // A full disk loses log lines; it must not lose the service.
  }
}

/** Answers the URL that can be asked on this machine. */
async function listen(app: FastifyInstance, { host, port }: Settings): Promise<string> {
  try {
    return await app.listen({ host, port })
  } catch (error) {
    await app.close()
    throw new StartError(`can't listen on ${host} port ${port}: ${(error as Error).message}`, {
      cause: error,
    })
  }
}

function announce(address: string, { stdout }: Edges, { dev, issuer, validation }: Settings): void {
  if (!dev && !stdout.isTTY) return
  stdout.write(`backend-api: listening on ${address}\n`)
  stdout.write(
    `backend-api: trusts ${issuer}; validates tokens by ${validation.mode}, because ${validation.reason}\n`,
  )
}

/** The first signal to stop, and the second one, for those who can't wait. */
function watchStopSignals(signals: Edges['signals']) {
  const arrivals = new EventEmitter()
  const first = once(arrivals, 'first').then(([signal]) => String(signal))
  const second = once(arrivals, 'second')
  let count = 0
  const arrive = (signal: string) => {
    count += 1
    arrivals.emit(count === 1 ? 'first' : 'second', signal)
  }
  for (const name of STOP_SIGNALS) signals.on(name, arrive)
  return {
    first,
    second,
    release() {
      for (const name of STOP_SIGNALS) signals.off(name, arrive)
    },
  }
}

/** Takes no new connection, finishes what is on its way, ends the rest: after a time, or when `hurry` says so. */
async function stop(app: FastifyInstance, hurry: Promise<unknown>, timeoutMs: number): Promise<void> {
  const cut = () => app.server.closeAllConnections()
  const limit = setTimeout(cut, timeoutMs)
  // A kept-alive connection is idle again after its last answer, and would be waited for.
  const sweep = setInterval(() => app.server.closeIdleConnections(), SWEEP_INTERVAL_MS)
  hurry.then(cut)
  await app.close()
  clearTimeout(limit)
  clearInterval(sweep)
}
