import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { jsonResponse } from './openapi.js'

const WELL_KNOWN = '/.well-known/oauth-protected-resource'

/** Metadata changes with the settings only. */
const MAX_AGE_SECONDS = 300

export interface ResourceMetadataOptions {
  resource: string
  issuer: string
  scopes: readonly string[]
}

const ResourceMetadata = Type.Object({
  resource: Type.String(),
  authorization_servers: Type.Array(Type.String()),
  scopes_supported: Type.Array(Type.String()),
  bearer_methods_supported: Type.Array(Type.String()),
  resource_name: Type.String(),
})

/** Where the metadata of a resource lies: the well-known part goes before its path (RFC 9728 §3.1). */
export function resourceMetadataUrl(resource: string): string {
  const { origin, pathname } = new URL(resource)
  return origin + WELL_KNOWN + (pathname === '/' ? '' : pathname)
}

/**
 * Serves the document that tells a client where to log in for this API, and for what. A resource with a path has
 * it at the inserted place, which is the right one, and at the plain one, for clients that know no better.
 * @see RFC 9728 §2, §3
 */
export function serveResourceMetadata(
  app: FastifyInstance,
  { resource, issuer, scopes }: ResourceMetadataOptions,
): void {
  const metadata = {
    resource,
    authorization_servers: [issuer],
    scopes_supported: scopes,
    bearer_methods_supported: ['header'],
    resource_name: 'Items',
  }
  const places = new Set([new URL(resourceMetadataUrl(resource)).pathname, WELL_KNOWN])
  for (const place of places) {
    app.get(
      place,
      {
        schema: {
          summary: 'How to get access to this API',
          response: { 200: jsonResponse('RFC 9728 metadata.', ResourceMetadata) },
        },
      },
      (_request, reply) => {
        reply.header('cache-control', `public, max-age=${MAX_AGE_SECONDS}`).send(metadata)
      },
    )
  }
}
