import type { FastifyInstance } from 'fastify'
import { findPerson } from '../browser/person.js'
import type { Context } from '../context.js'
import { ENDPOINT_PATHS } from '../endpoint-urls.js'
import { pagePath } from '../pages/page-path.js'
import { sendPage } from '../pages/send-page.js'
import { signedInPage, signedOutPage } from '../pages/sign-out-pages.js'
import { onPages } from './page-errors.js'

/**
 * Where a logout ends: a page that says whether somebody is signed in in this browser. Whoever types the address of
 * the service gets there too.
 */
export function signedOutEndpoint(app: FastifyInstance, context: Context): void {
  const { issuer } = context.settings
  const path = ENDPOINT_PATHS.signedOut

  app.get(path, onPages(context), async (request, reply) => {
    const person = await findPerson(context, request)
    if (person === undefined) return sendPage(reply, signedOutPage({ issuer }))
    const signOutPath = pagePath(issuer, ENDPOINT_PATHS.endSession)
    const accountPath = pagePath(issuer, ENDPOINT_PATHS.account)
    return sendPage(reply, signedInPage({ issuer, account: person.account, accountPath, signOutPath }))
  })

  app.get('/', onPages(context), async (_request, reply) => reply.redirect(pagePath(issuer, path), 303))
}
