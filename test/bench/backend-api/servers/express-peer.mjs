/**
 * express with express-oauth2-jwt-bearer, set up as its README says. Runs in the folder where the peers are
 * installed. What Express adds to answers by itself and we do not (ETag, X-Powered-By) is switched off.
 *
 * Usage: express-peer.mjs PORT DATABASE LOG-FILE ISSUER RESOURCE ROWS-MODULE
 */
import express from 'express'
import { auth, requiredScopes } from 'express-oauth2-jwt-bearer'
import pino from 'pino'

const [port, database, logFile, issuer, audience, rowsModule] = process.argv.slice(2)
const { openRows } = await import(rowsModule)
const pageOf = await openRows(database)
const log = pino({ base: { service: 'peer' } }, pino.destination(logFile))

const app = express()
app.set('etag', false)
app.disable('x-powered-by')
let requests = 0
app.use((request, response, next) => {
  const startedAt = performance.now()
  const requestId = `run-${++requests}`
  response.on('finish', () => {
    const ms = Math.round((performance.now() - startedAt) * 100) / 100
    const { statusCode } = response
    log.info({ requestId, method: request.method, path: request.path, statusCode, ms }, 'request')
  })
  next()
})
app.use(auth({ issuer, audience, jwksUri: `${issuer}/jwks`, tokenSigningAlg: 'ES256' }))
app.get('/items', requiredScopes('items:read'), async (request, response) => {
  const { iss, sub } = request.auth.payload
  response
    .set('cache-control', 'no-store')
    .type('application/json; charset=utf-8')
    .send(await pageOf(iss, sub))
})
app.listen(Number(port), '127.0.0.1')
