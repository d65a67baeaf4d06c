/**
 * The BackendAPI's own items route on its own server, with everything but validation: where the guard would be,
 * every request is let in as the one account.
 *
 * Usage: unprotected PORT DATABASE LOG-FILE ISSUER SUBJECT
 */
import { openSync, writeFileSync } from 'node:fs'
import fastifyPlugin from 'fastify-plugin'
import type { AccessToken } from '../../../../server/backend-api/bearer-auth/access-token.js'
import { createHttpServer } from '../../../../server/backend-api/http-server.js'
import { items } from '../../../../server/backend-api/items/items.js'
import { bufferLogLines } from '../../../../server/backend-api/log-lines.js'
import { serveOpenApi } from '../../../../server/backend-api/openapi.js'
import { openStore } from '../../../../server/backend-api/store/store.js'

const [port = '0', database = '', logFile = '', issuer = '', subject = ''] = process.argv.slice(2)
const resource = `http://127.0.0.1:${port}`

const everybody: AccessToken = {
  issuer,
  subject,
  clientId: 'bench',
  tokenId: 'bench',
  expiresAt: Number.POSITIVE_INFINITY,
  scopes: new Set(),
  user: { username: undefined, name: undefined, email: undefined },
  isOfPerson: true,
}

const file = openSync(logFile, 'a')
const store = await openStore(database)
const app = createHttpServer({
  challengeContext: { resource, issuer, resourceMetadataUrl: resource },
  trustedProxies: [],
  logLevel: 'info',
  log: bufferLogLines((lines) => writeFileSync(file, lines)),
})
await serveOpenApi(app, { resource, prefix: '' })
await app.register(
  fastifyPlugin(async (open) => {
    open.decorateRequest('accessToken', null as unknown as AccessToken)
    open.addHook('onRequest', (request, _reply, done) => {
      request.accessToken = everybody
      done()
    })
  }),
)
await app.register(items, { store, resource, now: Date.now, withSamples: false })
await app.listen({ port: Number(port), host: '127.0.0.1' })
