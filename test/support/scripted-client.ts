import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createUserAgent, type UserAgent } from './scripted-user-agent.js'
import { type Credentials, signIn } from './sign-in.js'

/** What the token endpoint answered, as it stands on the wire. */
export interface TokenAnswer {
  status: number
  body: Record<string, unknown>
}

/** Tokens of a successful answer. */
export interface Tokens {
  accessToken: string
  refreshToken: string
  idToken: string | undefined
}

export interface ScriptedClientOptions {
  issuer: string
  resource: string
  scope: string
  clientId?: string
}

/** A public native client that speaks OAuth by hand: it checks nothing, so that a test can. */
export interface ScriptedClient {
  /** Signs the account in with a user agent and exchanges the code. */
  logIn(account: Credentials, agent?: UserAgent): Promise<Tokens>
  refresh(refreshToken: string): Promise<TokenAnswer>
  revoke(token: string): Promise<number>
}

/** `clientId` is the well-known public client unless told. */
export function createScriptedClient(options: ScriptedClientOptions): ScriptedClient {
  const { issuer, resource, scope, clientId = 'authcli' } = options
  const token = async (parameters: Record<string, string>): Promise<TokenAnswer> => {
    const response = await post(`${issuer}/token`, { client_id: clientId, ...parameters })
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }
  return {
    logIn: async (account, agent = createUserAgent()) => {
      const codeVerifier = randomBytes(32).toString('base64url')
      const redirect = await openRedirect()
      try {
        const url = new URL(`${issuer}/auth/authorize`)
        url.search = new URLSearchParams({
          response_type: 'code',
          client_id: clientId,
          redirect_uri: redirect.uri,
          scope,
          resource,
          state: randomBytes(16).toString('base64url'),
          nonce: randomBytes(16).toString('base64url'),
          code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'),
          code_challenge_method: 'S256',
        }).toString()
        const { url: callback } = await signIn(agent, url, account)
        const code = callback.searchParams.get('code') ?? ''
        const parameters = { code, code_verifier: codeVerifier, redirect_uri: redirect.uri }
        return readTokens(await token({ grant_type: 'authorization_code', ...parameters }))
      } finally {
        redirect.close()
      }
    },
    refresh: (refreshToken) => token({ grant_type: 'refresh_token', refresh_token: refreshToken }),
    revoke: async (revoked) =>
      (await post(`${issuer}/revoke`, { client_id: clientId, token: revoked })).status,
  }
}

/** The tokens of an answer. @throws Error when it is no success. */
export function readTokens({ status, body }: TokenAnswer): Tokens {
  const { access_token: accessToken, refresh_token: refreshToken, id_token: idToken } = body
  if (status !== 200 || typeof accessToken !== 'string' || typeof refreshToken !== 'string')
    throw new Error(`the token endpoint answered ${status} ${body['error']}: ${body['error_description']}`)
  return { accessToken, refreshToken, idToken: typeof idToken === 'string' ? idToken : undefined }
}

function post(url: string, parameters: Record<string, string>): Promise<Response> {
  return fetch(url, { method: 'POST', body: new URLSearchParams(parameters) })
}

/** A listener on loopback that says thank you to every request. */
async function openRedirect(): Promise<{ uri: string; close(): void }> {
  const server = createServer((_, response) => response.end('thank you')).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port')
  return {
    uri: `http://127.0.0.1:${address.port}/callback`,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
