import type { FastifyInstance } from 'fastify'
import { bearerAuth } from './bearer-auth/bearer-auth.js'
import { setUpValidation } from './bearer-auth/validation.js'
import { serveHealth } from './health.js'
import type { Http } from './http.js'
import { createHttpServer } from './http-server.js'
import { READ_SCOPE, WRITE_SCOPE } from './items/item.js'
import { items } from './items/items.js'
import type { LogLines } from './log-lines.js'
import { serveOpenApi } from './openapi.js'
import { resourceMetadataUrl, serveResourceMetadata } from './resource-metadata.js'
import type { Settings } from './settings.js'
import type { Store } from './store/store.js'

export interface BackendApiDependencies {
  store: Store
  http: Http
  /** Epoch milliseconds. */
  now: () => number
  log: LogLines
}

/** Builds the BackendAPI. Listens to nothing, asks nobody; what it was given stays its giver's to close. */
export async function buildBackendApi(
  { store, http, now, log }: BackendApiDependencies,
  settings: Settings,
): Promise<FastifyInstance> {
  const { resource, issuer } = settings
  const prefix = new URL(resource).pathname.replace(/\/$/, '')
  const app = createHttpServer({
    challengeContext: { resource, issuer, resourceMetadataUrl: resourceMetadataUrl(resource) },
    trustedProxies: settings.trustedProxies,
    logLevel: settings.logLevel,
    log,
  })
  const validator = setUpValidation({ http, now, log: app.log }, settings)

  await serveOpenApi(app, { resource, prefix })
  serveHealth(app, { store, validator })
  serveResourceMetadata(app, { resource, issuer, scopes: [READ_SCOPE, WRITE_SCOPE] })
  await app.register(
    async (guarded) => {
      await guarded.register(bearerAuth, { validator })
      await guarded.register(items, { store, resource, now, withSamples: settings.dev })
    },
    { prefix },
  )
  await app.ready()
  return app
}
