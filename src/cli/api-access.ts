import { type BearerFetch, createBearerFetch } from '../api/bearer-fetch.js'
import { createBearerStream } from '../api/bearer-stream.js'
import { canonicalResource } from '../discovery/resource-identifier.js'
import { AuthcliError } from '../errors.js'
import type { HttpStream } from '../http.js'
import { createAccessTokens, type LastingTokens } from '../session/access-tokens.js'
import { createEnvironmentTokens } from '../session/environment-store.js'
import { prepareRefreshWith } from '../session/refresh-exchange.js'
import type { CommandContext } from './command-context.js'
import { explainForProfile, forgetAccount, requireLoggedInProfile } from './logged-in-profile.js'
import { openProfileStore } from './profile-store.js'
import { openSessionEdges } from './session-edges.js'
import { chooseProfile, variable } from './settings.js'

/** The way to the API of a profile, with its tokens. */
export interface ApiAccess {
  /** The resource identifier: the tokens go to nothing but what is below it. */
  resource: string
  /** As far as it is known. */
  grantedScope: string
  accessTokens: LastingTokens
  bearerFetch: BearerFetch
  /** Like `bearerFetch`, for what may be too large for memory. */
  bearerStream: HttpStream
  /** Requests to anywhere, without a token. */
  stream: HttpStream
  /** Gives an error of a request its consequences for the profile, and back as it is to be told. */
  explain(error: unknown): Promise<unknown>
}

/**
 * Opens the way to the API: with the token in `AUTHCLI_TOKEN` where there is one, else as the service whose secret
 * is in `AUTHCLI_CLIENT_SECRET`, else with the session of the profile. That nobody is logged in is known before anything heavy is loaded.
 * @throws AuthcliError NOT_LOGGED_IN, USAGE.
 */
export async function openApiAccess(context: CommandContext): Promise<ApiAccess> {
  const { env } = context.dependencies
  const token = variable(env, 'AUTHCLI_TOKEN')
  if (token !== undefined) return await accessWithToken(context, token)
  const hasSecret = variable(env, 'AUTHCLI_CLIENT_SECRET') !== undefined
  return await (hasSecret ? accessAsClient(context) : accessWithSession(context))
}

async function accessWithSession(context: CommandContext): Promise<ApiAccess> {
  const loggedIn = await requireLoggedInProfile(context)
  const { name, profile } = loggedIn
  const edges = openSessionEdges(context)
  const { http, stream, lock } = edges
  const { now } = context.dependencies
  const store = openProfileStore(context, edges, name, profile)
  const accessTokens = createAccessTokens(
    {
      store,
      lock,
      prepareRefresh: prepareRefreshWith({ http, now }),
      holdBack: context.interruption.holdBack,
      now,
      trace: context.trace,
      talk: context.talk,
    },
    { resource: profile.api, refreshEarly: profile.refreshEarly },
  )
  return {
    resource: profile.api,
    grantedScope: profile.scope,
    accessTokens,
    bearerFetch: createBearerFetch({ http, accessTokens }, profile.api),
    bearerStream: createBearerStream({ stream, accessTokens }, profile.api),
    stream,
    async explain(error) {
      if (error instanceof AuthcliError && error.code === 'SESSION_EXPIRED') {
        await forgetAccount(context, lock, store, name)
      }
      return await explainForProfile(error, context, loggedIn)
    },
  }
}

async function accessAsClient(context: CommandContext): Promise<ApiAccess> {
  const { env, now } = context.dependencies
  const { profile } = chooseProfile(context.profileFlag, env, await context.configurationFile.read())
  const [{ settleClient }, { createClientTokens }] = await Promise.all([
    import('./client-settings.js'),
    import('../session/client-credentials.js'),
  ])
  const login = settleClient({}, env, profile)
  // Only its secret makes a client of this run.
  if (login === undefined) return await accessWithSession(context)
  const { http, stream } = openSessionEdges(context)
  const accessTokens = createClientTokens({ http, now, trace: context.trace }, login)
  const { resource, scope = [] } = login
  return {
    resource,
    grantedScope: scope.join(' '),
    accessTokens,
    bearerFetch: createBearerFetch({ http, accessTokens }, resource),
    bearerStream: createBearerStream({ stream, accessTokens }, resource),
    stream,
    explain: async (error) => error,
  }
}

async function accessWithToken(context: CommandContext, token: string): Promise<ApiAccess> {
  const { env } = context.dependencies
  const { profile } = chooseProfile(context.profileFlag, env, await context.configurationFile.read())
  const api = canonicalResource(variable(env, 'AUTHCLI_API') ?? profile?.api)
  if (typeof api !== 'string') {
    throw new AuthcliError('USAGE', 'AUTHCLI_TOKEN is set, and no API to use it for is known', {
      hint: 'set AUTHCLI_API to the address of the API, for example https://api.example.com',
    })
  }
  const { http, stream } = openSessionEdges(context)
  const accessTokens = createEnvironmentTokens(token)
  return {
    resource: api,
    grantedScope: '',
    accessTokens,
    bearerFetch: createBearerFetch({ http, accessTokens }, api),
    bearerStream: createBearerStream({ stream, accessTokens }, api),
    stream,
    explain: async (error) => error,
  }
}
