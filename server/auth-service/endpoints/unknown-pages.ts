import type { FastifyInstance } from 'fastify'
import { PageError } from '../checks/page-error.js'
import type { Context } from '../context.js'
import { onPages } from './page-errors.js'

/** Every other address below `/auth`: a page that says so, 405 where it is only the method that is wrong. */
export function unknownPages(app: FastifyInstance, context: Context): void {
  app.all('/auth/*', onPages(context), async (request, reply) => {
    const [url = ''] = request.url.split('?', 1)
    const methods = ['GET', 'POST'].filter((method) => app.hasRoute({ method, url }))
    if (methods.length === 0) throw new PageError('not-found')
    reply.header('allow', methods.join(', '))
    throw new PageError('wrong-method')
  })
}
