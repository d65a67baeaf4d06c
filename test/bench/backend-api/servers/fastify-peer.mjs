/**
 * fastify with @fastify/jwt and get-jwks, set up as their READMEs say. Runs in the folder where the peers are
 * installed.
 *
 * Usage: fastify-peer.mjs PORT DATABASE LOG-FILE ISSUER RESOURCE ROWS-MODULE
 */
import jwt from '@fastify/jwt'
import Fastify, { LogController } from 'fastify'
import buildGetJwks from 'get-jwks'

const [port, database, logFile, issuer, audience, rowsModule] = process.argv.slice(2)
const { openRows } = await import(rowsModule)
const pageOf = await openRows(database)

const app = Fastify({
  logger: { base: { service: 'peer' }, file: logFile },
  logController: new LogController({ disableRequestLogging: true }),
})
const getJwks = buildGetJwks({ issuersWhitelist: [issuer], providerDiscovery: true })
await app.register(jwt, {
  decode: { complete: true },
  secret: (_request, { header: { kid, alg }, payload: { iss } }) =>
    getJwks.getPublicKey({ kid, domain: iss, alg }),
  verify: { algorithms: ['ES256'], allowedIss: issuer, allowedAud: audience },
})
app.addHook('onResponse', (request, reply, done) => {
  app.log.info(
    {
      requestId: request.id,
      method: request.method,
      path: request.url,
      statusCode: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 100) / 100,
    },
    'request',
  )
  done()
})
app.get('/items', { onRequest: (request) => request.jwtVerify() }, async (request, reply) => {
  const { iss, sub, scope } = request.user
  if (!scope.split(' ').includes('items:read')) return reply.code(403).send()
  reply.header('cache-control', 'no-store').type('application/json; charset=utf-8')
  return pageOf(iss, sub)
})
await app.listen({ port: Number(port), host: '127.0.0.1' })
