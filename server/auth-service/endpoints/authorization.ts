import { randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { ensureBrowserId, hashBrowserId } from '../browser/browser-id.js'
import { findPerson } from '../browser/person.js'
import type { Context } from '../context.js'
import { ENDPOINT_PATHS } from '../endpoint-urls.js'
import { formOf, queryOf } from '../form-requests.js'
import { pagePath } from '../pages/page-path.js'
import { checkAuthorizationRequest, readAuthorizationQuery } from './authorization-request.js'
import { goOn } from './authorization-steps.js'
import { onPages } from './page-errors.js'

/**
 * The authorization endpoint: where a client sends the browser. It shows nothing itself; it sends the browser on, to
 * a page of ours or back to the client.
 *
 * @see RFC 6749 §3.1; OpenID Connect Core §3.1.2.1
 */
export function authorizationEndpoint(app: FastifyInstance, context: Context): void {
  const path = ENDPOINT_PATHS.authorization

  app.get(path, onPages(context), async (request, reply) => {
    const query = readAuthorizationQuery(queryOf(request))
    const authorization = await checkAuthorizationRequest(context, query)
    return goOn(context, { request, reply }, authorization, {
      person: await findPerson(context, request),
      interaction: {
        id: randomUUID(),
        startedAt: context.now(),
        query,
        browser: hashBrowserId(ensureBrowserId(request, reply, context)),
        isSignedIn: false,
      },
    })
  })

  // A form post from another site comes without our cookie (SameSite), so whoever is signed in would be asked for a
  // password again. As a GET, the same request comes with it.
  app.post(path, onPages(context), async (request, reply) => {
    const query = readAuthorizationQuery(queryOf(request), formOf(request))
    await checkAuthorizationRequest(context, query)
    return reply.redirect(`${pagePath(context.settings.issuer, path)}?${query}`, 303)
  })
}
