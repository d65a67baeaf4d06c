import type { FastifyInstance } from 'fastify'

const TWO_YEARS_SECONDS = 63_072_000

/** What keeps browsers from storing, sniffing, framing or passing on an answer. */
export function securityHeaders({ isHttps }: { isHttps: boolean }): Record<string, string> {
  return {
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'referrer-policy': 'no-referrer',
    ...(isHttps && { 'strict-transport-security': `max-age=${TWO_YEARS_SECONDS}` }),
  }
}

/** Sets headers on every answer, errors included. A route that means something else says so itself. */
export function setHeaders(app: FastifyInstance, headers: Record<string, string>): void {
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(headers)
    done()
  })
}
