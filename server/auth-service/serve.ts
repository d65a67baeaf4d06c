import { buildAuthService } from './auth-service.js'
import { ensureBuiltInClient } from './built-in-client.js'
import type { ServerConfiguration } from './configuration.js'
import type { Context } from './context.js'
import { startDevMode } from './dev-mode.js'
import { devSecret } from './dev-secret.js'
import type { Edges, Output } from './edges.js'
import { keepHeapSmall } from './heap.js'
import { createHttp } from './http.js'
import { startKeyUpkeep } from './key-upkeep.js'
import { listen, stopListening } from './listen.js'
import { type LogStream, openLog } from './log-file.js'
import { OperatorError } from './operator-error.js'
import { createPasswords, loadArgon2id } from './passwords.js'
import { createOpenProvider } from './providers/open-provider.js'
import type { Settings } from './settings.js'
import { openStore } from './store/open-store.js'
import type { Store } from './store/store.js'
import { loadKeyRing } from './tokens/key-ring.js'
import { startUpkeep } from './upkeep.js'

/** Whatever a database or a disk does: a stop never takes 10 s. What was answered is durable by then. */
const STOP_LIMIT_MS = 9_500
const EXIT_STOPPED_BY_FORCE = 1

/**
 * Runs the server until it is asked to stop; then finishes the requests in flight and closes the database.
 * @throws OperatorError when it can't start.
 */
export async function serve(edges: Edges, configuration: ServerConfiguration): Promise<void> {
  keepHeapSmall()
  const log = openLog(configuration.logFile, edges)
  try {
    const store = await openStore(configuration.database, edges.now, { mayUpgrade: true })
    try {
      await serveFrom(store, log, edges, configuration)
    } finally {
      await store.close()
    }
  } finally {
    await log.close()
  }
}

async function serveFrom(
  store: Store,
  log: LogStream,
  edges: Edges,
  configuration: ServerConfiguration,
): Promise<void> {
  const { dev, logLevel, settings } = configuration
  const { now } = edges
  const secret = dev ? devSecret(dev.folder) : configuration.secret
  if (secret === undefined) throw new OperatorError('AUTH_SERVICE_SECRET is not set')
  const keys = await loadKeyRing(store, secret, now)
  const passwords = await createPasswords(await loadArgon2id(), configuration.passwords)
  await ensureBuiltInClient(store, now())
  const http = createHttp()
  const openProvider = createOpenProvider({ http, secret, now })
  // From the first request on, a signal means an orderly end.
  const stopRequested = edges.stopRequested()
  const { app, context } = await listen(configuration, (issuer) => {
    const context: Context = {
      settings: { ...settings, issuer, secret },
      store,
      keys,
      passwords,
      openProvider,
      now,
    }
    return { context, app: buildAuthService(context, { log: { level: logLevel, stream: log } }) }
  })
  try {
    const devMode = dev && (await startDevMode(context, dev, edges.stdout, app.log))
    const upkeep = startUpkeep(context, app.log)
    const keyUpkeep = startKeyUpkeep(context, app.log, configuration)
    announce(context.settings, edges.stdout)
    await stopRequested
    setTimeout(() => edges.exit(EXIT_STOPPED_BY_FORCE), edges.stopLimitMs ?? STOP_LIMIT_MS).unref()
    devMode?.stop()
    // Side by side: each may have to wait for the database.
    await Promise.all([upkeep.stop(), keyUpkeep.stop(), stopListening(app)])
  } finally {
    await stopListening(app)
    await http.close()
  }
}

// The log has a line of its own; this one is for a person.
function announce({ issuer, dev }: Settings, stdout: Output): void {
  if (stdout.isTTY || dev) stdout.write(`auth-service: listening on ${issuer}\n`)
}
