import type { FastifyInstance } from 'fastify'

/**
 * What every answer carries unless its endpoint knows better: nothing is stored, framed, sniffed, referred to or
 * loaded. Pages set a content security policy of their own; public documents a `Cache-Control` of their own.
 *
 * There is no CORS anywhere: browsers reach the pages by navigating, and all other endpoints are for programs that
 * are no web pages.
 */
export function securityHeaders(issuer: string): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  }
  // RFC 6797 §7.2: over plain http the header means nothing and must not be sent.
  if (issuer.startsWith('https:')) headers['strict-transport-security'] = 'max-age=31536000'
  return headers
}

/** Sets headers on every answer, errors included, before anything else can. */
export function setHeaders(app: FastifyInstance, headers: Readonly<Record<string, string>>): void {
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(headers)
    done()
  })
}
