import type { FastifyInstance } from 'fastify'
import { STYLE_PATH, STYLE_VERSION } from '../pages/style.js'
import { STYLE_SHEET } from '../pages/style-sheet.js'

/** The style sheet of all pages. Under the address that the pages give it a browser may keep it for ever. */
export function styleEndpoint(app: FastifyInstance): void {
  app.get(STYLE_PATH, async (request, reply) => {
    const isOfThisVersion = request.url.endsWith(`?${STYLE_VERSION}`)
    return reply
      .header('cache-control', isOfThisVersion ? 'public, max-age=31536000, immutable' : 'no-cache')
      .type('text/css; charset=utf-8')
      .send(STYLE_SHEET)
  })
}
