import type { FastifyRequest, onRequestHookHandler } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import type { AccessToken } from './access-token.js'
import { readBearerToken } from './bearer-token.js'
import { BearerError } from './errors.js'
import { refuseFormBodies } from './form-bodies.js'
import type { TokenValidator } from './token-validator.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The scope that an access token needs for this route. */
    scope?: string
  }
  interface FastifyRequest {
    /** The validated token of this request, on routes with a scope. */
    accessToken: AccessToken
  }
}

/**
 * Guards every route that is registered in the same scope after it: each names the access token scope that it
 * wants in `config.scope`, and gets the validated token as `request.accessToken`. A route that names none stops
 * the program from starting, so none is left open by mistake.
 * @see RFC 6750, RFC 9068 §4
 */
export const bearerAuth = fastifyPlugin<{ validator: TokenValidator }>(async (app, { validator }) => {
  // The hook sets it before any handler runs.
  app.decorateRequest('accessToken', null as unknown as AccessToken)
  refuseFormBodies(app)
  app.addHook('onRoute', (route) => {
    const scope = route.config?.scope
    if (scope === undefined) throw new Error(`the route ${route.url} names no scope`)
    const hooks = route.onRequest === undefined ? [] : [route.onRequest].flat()
    route.onRequest = [requireAccessToken(validator, scope), ...hooks]
  })
})

function requireAccessToken(validator: TokenValidator, scope: string): onRequestHookHandler {
  return (request, _reply, done) => {
    function admit(accessToken: AccessToken, cached: boolean): void {
      const { log, traceId } = request
      // What is remembered is no news: at info it would double the log of a busy service.
      log[cached ? 'debug' : 'info']({ mode: validator.mode, cached, traceId }, 'token validated')
      request.accessToken = accessToken
      done(refusalFor(accessToken, scope))
    }
    let verdict: AccessToken | Promise<AccessToken>
    try {
      verdict = validator.validate(tokenOf(request), request.traceId)
    } catch (error) {
      done(error as Error)
      return
    }
    // At once when it is known already: a promise would cost every request a turn.
    if (verdict instanceof Promise) verdict.then((accessToken) => admit(accessToken, false), done)
    else admit(verdict, true)
  }
}

/** A good token may still be no good for this route. */
function refusalFor(accessToken: AccessToken, scope: string): BearerError | undefined {
  return accessToken.scopes.has(scope)
    ? undefined
    : new BearerError('insufficient_scope', `without ${scope}`, { scope })
}

function tokenOf(request: FastifyRequest): string {
  const token = readBearerToken({
    headers: request.headers,
    rawHeaders: request.raw.rawHeaders,
    hasQueryToken: Object.hasOwn(request.query as object, 'access_token'),
  })
  if (token === undefined) throw new BearerError('no_credentials', 'no token')
  return token
}
