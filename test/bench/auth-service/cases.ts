import type { Server } from './cast.js'
import type { Script } from './load/plan.js'
import { basic, codeRequest, get, post, RESOURCE, RESOURCE_CLIENT_ID, SERVICE_ID } from './load/requests.js'

const PLAIN = 'items:read'
const WITH_ID_TOKEN = 'openid items:read'

/** How many tokens are asked about in turn. */
const TOKENS = 200

/** More codes than any of the servers redeems in a second. */
const CODES_PER_SECOND = { 'auth-service': 6_000, 'oidc-provider': 4_000 }

/** Something that servers are asked for, over and over. */
export interface Case {
  name: string
  connections: number
  /** Which programs can do it; all unless told. */
  only?: Server['program']
  /** Prepares a server; what comes back makes the script of each run. */
  prepare(server: Server): Promise<(seconds: number) => Promise<CaseScript>>
}

/** A script, and what to do with the refresh tokens that are left when it has run. */
export interface CaseScript {
  script: Script
  finished?(refreshTokens: readonly string[]): void
}

export const REFRESH = refreshCase('refresh with rotation', PLAIN)
const REFRESH_WITH_ID_TOKEN = refreshCase('refresh, with ID token', WITH_ID_TOKEN)

export const CODE_EXCHANGE: Case = {
  name: 'code exchange',
  connections: 32,
  prepare: async (server) => async (seconds) => {
    const count = Math.ceil(CODES_PER_SECOND[server.program] * seconds)
    const codes = await server.mint({ count, scope: WITH_ID_TOKEN })
    return once(codes.map((code) => codeRequest('/token', code)))
  },
}

export const INTROSPECTION: Case = {
  name: 'introspection, refresh token',
  connections: 64,
  prepare: async (server) => introspecting(server, 'refresh_token'),
}

export const LOGIN: Case = {
  name: 'whole login',
  connections: 16,
  prepare: async ({ paths }) => {
    const pages = { authorizationPath: paths.authorization, tokenPath: '/token' }
    return async () => ({ script: { kind: 'login', pages } })
  },
}

export const CASES: readonly Case[] = [
  REFRESH,
  REFRESH_WITH_ID_TOKEN,
  CODE_EXCHANGE,
  INTROSPECTION,
  {
    name: 'introspection, access token',
    connections: 64,
    // oidc-provider introspects no JWT.
    only: 'auth-service',
    prepare: async (server) => introspecting(server, 'access_token'),
  },
  {
    name: 'client credentials',
    connections: 64,
    prepare: async () =>
      repeating([
        post(
          '/token',
          { grant_type: 'client_credentials', scope: 'items:read', resource: RESOURCE },
          basic(SERVICE_ID),
        ),
      ]),
  },
  { name: 'JWKS', connections: 64, prepare: async () => repeating([get('/jwks')]) },
  {
    name: 'discovery',
    connections: 64,
    prepare: async () => repeating([get('/.well-known/openid-configuration')]),
  },
  LOGIN,
]

/** Each connection has a login of its own, and goes on where it was. */
function refreshCase(name: string, scope: string): Case {
  const connections = 32
  return {
    name,
    connections,
    prepare: async (server) => {
      const tokens = await server.logIn({ count: connections, scope })
      let refreshTokens: readonly string[] = tokens.map(({ refresh_token }) => refresh_token)
      return async () => ({
        script: { kind: 'refresh', path: '/token', refreshTokens },
        finished: (newest) => {
          refreshTokens = newest
        },
      })
    },
  }
}

async function introspecting(server: Server, kind: 'refresh_token' | 'access_token') {
  const tokens = await server.logIn({ count: TOKENS, scope: PLAIN })
  return repeating(
    tokens.map((each) => {
      const form = { token: each[kind], token_type_hint: kind }
      return post(server.paths.introspection, form, basic(RESOURCE_CLIENT_ID))
    }),
  )
}

function repeating(requests: readonly string[]): () => Promise<CaseScript> {
  return async () => ({ script: { kind: 'requests', requests, repeats: true } })
}

function once(requests: readonly string[]): CaseScript {
  return { script: { kind: 'requests', requests, repeats: false } }
}
