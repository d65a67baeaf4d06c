import { createServer } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { issuerOf } from './configuration.js'
import { OperatorError } from './operator-error.js'

/** So that the whole stop stays below 10 s. */
const STOP_GRACE_MS = 8_000
const IDLE_SWEEP_MS = 100

const PORT_ATTEMPTS = 5

/** Where to listen. Without an issuer, it follows from here. */
export interface ListenOptions {
  host: string
  /** 0 lets the system choose. */
  port: number
  issuer: string | undefined
}

/**
 * Builds the application for its issuer and listens. The issuer of a port that the system chooses is known only
 * after it chose.
 * @throws OperatorError when the port is taken.
 */
export async function listen<T extends { app: FastifyInstance }>(
  { host, port, issuer }: ListenOptions,
  build: (issuer: string) => T,
): Promise<T> {
  const systemChooses = port === 0 && issuer === undefined
  for (let attempt = 1; ; attempt++) {
    const chosen = systemChooses ? await freePort(host) : port
    const built = build(issuer ?? issuerOf(host, chosen))
    try {
      await built.app.listen({ host, port: chosen, listenTextResolver: (url) => `listening on ${url}` })
      return built
    } catch (error) {
      await built.app.close()
      // Somebody else may have been given the same port in between.
      if (systemChooses && attempt < PORT_ATTEMPTS && isCode(error, 'EADDRINUSE')) continue
      throw readable(error, host, chosen)
    }
  }
}

/**
 * Takes no more connections and resolves when the requests in flight are answered, or their time is up.
 * @param graceMs how long whoever is still sending or reading may go on.
 */
export async function stopListening(app: FastifyInstance, graceMs: number = STOP_GRACE_MS): Promise<void> {
  // Node closes what is idle when the stop begins; a connection that becomes idle later would stay.
  const sweep = setInterval(() => app.server.closeIdleConnections(), IDLE_SWEEP_MS)
  const cutOff = setTimeout(() => app.server.closeAllConnections(), graceMs)
  await app.close()
  clearInterval(sweep)
  clearTimeout(cutOff)
}

function freePort(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error) => reject(readable(error, host, 0)))
    server.listen(0, host, () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

function readable(error: unknown, host: string, port: number): unknown {
  if (isCode(error, 'EADDRINUSE')) {
    return new OperatorError(`port ${port} of ${host} is taken`, {
      hint: 'choose another with --port',
      cause: error,
    })
  }
  if (isCode(error, 'EADDRNOTAVAIL')) {
    return new OperatorError(`this machine has no address ${host}`, { cause: error })
  }
  if (isCode(error, 'EACCES')) {
    return new OperatorError(`port ${port} is not for everybody`, {
      hint: 'choose one above 1023',
      cause: error,
    })
  }
  return error
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
