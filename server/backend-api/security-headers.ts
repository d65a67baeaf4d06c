import type { FastifyInstance } from 'fastify'

const TWO_YEARS_SECONDS = 63_072_000

/**
 * Sets on every answer, errors included, what keeps browsers from storing, sniffing, framing or passing it on.
 * A route that may be stored says so itself.
 */
export function setSecurityHeaders(app: FastifyInstance, { isHttps }: { isHttps: boolean }): void {
  const headers: Record<string, string> = {
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'referrer-policy': 'no-referrer',
    ...(isHttps && { 'strict-transport-security': `max-age=${TWO_YEARS_SECONDS}` }),
  }
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(headers)
    done()
  })
}
