import { createServer } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { buildAuthService } from '../../server/auth-service/auth-service.js'
import { lookAfterKeys } from '../../server/auth-service/key-round.js'
import { openStore as openAuthServiceStore } from '../../server/auth-service/store/open-store.js'
import { buildBackendApi } from '../../server/backend-api/backend-api.js'
import { createHttp } from '../../server/backend-api/http.js'
import { openStore } from '../../server/backend-api/store/store.js'
import { type TestContext, testContext } from './auth-service/test-context.js'
import { openTestStore } from './auth-service/test-store.js'
import { silentLog } from './backend-api/silent-log.js'
import { freePort } from './free-port.js'
import { makeTemporaryFolder } from './temporary-folder.js'

const DAY_MS = 86_400_000
/** How far the clock of each replica is off: one is ahead and one behind. */
const SKEWS_MS = [20_000, -20_000]

/** Two replicas of the AuthService that take turns at one address, and a BackendAPI that validates with their keys. */
export interface RotatingServices {
  issuer: string
  /** The address of the BackendAPI. */
  api: string
  backendApi: FastifyInstance
  replicas: readonly { context: TestContext; app: FastifyInstance }[]
  /** Epoch milliseconds; not before the real time, because openid-client has no other clock. */
  now(): number
  /** Moves all clocks to so long after the start, and lets every replica look after its keys as often as it does. */
  moveTo(milliseconds: number): Promise<void>
  close(): Promise<void>
}

/**
 * Starts them all in this process, on a clock of their own. The keys get their successors by themselves when
 * `rotationAfterMs` have passed.
 */
export async function startRotatingServices({
  rotationAfterMs,
}: {
  rotationAfterMs: number
}): Promise<RotatingServices> {
  const [issuer, api] = await Promise.all([address(), address()])
  const folder = makeTemporaryFolder('rotating-services')
  const store = await openTestStore()
  const other = await openAuthServiceStore({ path: store.path }, Date.now)
  const contexts = [
    await testContext({ issuer }, store),
    await testContext({ issuer }, { ...other, path: store.path, remove: () => other.close() }),
  ]
  const [first] = contexts as [TestContext]
  await first.addAccount()
  await first.addClient()
  await first.addResource({ url: api })
  const keysMadeAt = first.now()
  // The next whole number of days at which it is later than it really is.
  const keyDays = Math.ceil((Date.now() - keysMadeAt) / DAY_MS) + 1
  const startedAt = keysMadeAt + keyDays * DAY_MS - 3_600_000 - rotationAfterMs
  let now = startedAt

  const replicas = contexts.map((context) => ({ context, app: buildAuthService(context) }))
  await Promise.all(replicas.map(({ app }) => app.ready()))
  let turn = 0
  const loadBalancer = createServer((request, response) => {
    turn += 1
    replicas[turn % replicas.length]?.app.routing(request, response)
  })
  await new Promise<void>((resolve) =>
    loadBalancer.listen(Number(new URL(issuer).port), '127.0.0.1', resolve),
  )

  const items = await openStore(`${folder.path}/items.db`)
  const http = createHttp()
  const backendApi = await buildBackendApi(
    { store: items, http, now: () => now, log: { write: () => undefined } },
    {
      resource: api,
      issuer,
      host: '127.0.0.1',
      port: 0,
      databaseFile: `${folder.path}/items.db`,
      validation: {
        mode: 'jwks',
        reason: 'the test says so',
        credentials: undefined,
        clockToleranceSeconds: 60,
        jwksMaxStaleSeconds: 3_600,
      },
      trustedProxies: [],
      logLevel: 'silent',
      logFile: undefined,
      dev: false,
    },
  )
  await backendApi.listen({ host: '127.0.0.1', port: Number(new URL(api).port) })

  async function setClocks(): Promise<void> {
    for (const [index, { context }] of replicas.entries()) context.clock.now = now + (SKEWS_MS[index] ?? 0)
    for (const { context } of replicas) await lookAfterKeys(context, silentLog, { keyDays })
  }
  await setClocks()

  return {
    issuer,
    api,
    backendApi,
    replicas,
    now: () => now,
    async moveTo(milliseconds) {
      now = startedAt + milliseconds
      await setClocks()
    },
    async close() {
      await backendApi.close()
      await http.close()
      await items.close()
      loadBalancer.closeAllConnections()
      await new Promise((resolve) => loadBalancer.close(resolve))
      for (const { app } of replicas) await app.close()
      for (const context of contexts.reverse()) await context.close()
      folder.remove()
    },
  }
}

async function address(): Promise<string> {
  return `http://127.0.0.1:${await freePort()}`
}
