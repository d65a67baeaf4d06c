import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createScriptedClient, readTokens, type ScriptedClient } from '../support/scripted-client.js'
import { createUserAgent } from '../support/scripted-user-agent.js'
import { type Services, startAuthService, startServices } from '../support/services.js'
import { signIn } from '../support/sign-in.js'
import { makeTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.js'

const SCOPE = 'openid offline_access items:read'

/** Kills the process that it is loaded into at the last moment before a good answer of the token endpoint. */
const KILL_BEFORE_ANSWER = `
import { ServerResponse } from 'node:http'
const { writeHead } = ServerResponse.prototype
ServerResponse.prototype.writeHead = function (status, ...more) {
  if (this.req.url === '/token' && status === 200) process.kill(process.pid, 'SIGKILL')
  return writeHead.call(this, status, ...more)
}`

let folder: TemporaryFolder
let services: Services
let client: ScriptedClient
beforeEach(async () => {
  folder = makeTemporaryFolder('lost-answers')
  services = await startServices({ folder: folder.path })
  client = createScriptedClient({ issuer: services.issuer, resource: services.api, scope: SCOPE })
})
afterEach(async () => {
  await services.stop()
  folder.remove()
})

/** Ends the AuthService that runs and starts another one on the same data. */
async function restart(authServiceEnv: Record<string, string> = {}): Promise<void> {
  await services.authService.stop()
  const port = (url: string) => Number(new URL(url).port)
  services.authService = startAuthService({
    folder: folder.path,
    ports: { authService: port(services.issuer), backendApi: port(services.api) },
    authServiceEnv,
  })
  await services.authService.line(/^auth-service: listening on/)
}

/** Sends a request whose answer is lost: the AuthService commits, is killed before it answers, and starts again. */
async function loseAnswer(request: () => Promise<unknown>): Promise<void> {
  await restart({ NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(KILL_BEFORE_ANSWER)}` })
  await expect(request()).rejects.toThrow('fetch failed')
  expect(await services.authService.exited).toMatchObject({ signal: 'SIGKILL' })
  await restart()
}

/** An authorization code that nobody has redeemed, as a function that tries to. */
async function newCode(): Promise<() => Promise<{ status: number; body: unknown }>> {
  const listener = createServer((_request, response) => response.end()).listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const address = listener.address()
  const redirectUri = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/callback`
  const codeVerifier = randomBytes(32).toString('base64url')
  const url = new URL(`${services.issuer}/auth/authorize`)
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: 'authcli',
    redirect_uri: redirectUri,
    scope: SCOPE,
    resource: services.api,
    code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'),
    code_challenge_method: 'S256',
  }).toString()
  const callback = await signIn(createUserAgent(), url, services.account)
  listener.close()
  listener.closeAllConnections()
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: 'authcli',
    code: callback.url.searchParams.get('code') ?? '',
    code_verifier: codeVerifier,
    redirect_uri: redirectUri,
  })
  return async () => {
    const response = await fetch(`${services.issuer}/token`, { method: 'POST', body })
    return { status: response.status, body: await response.json() }
  }
}

it('a code whose answer died with the AuthService was used: after the restart it gives nothing, and says why (28, V3)', async () => {
  const redeem = await newCode()
  await loseAnswer(redeem)
  expect(await redeem()).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
  const [line] = await services.authService.line(/^.*"event":"code-reused".*$/)
  const { grantId } = JSON.parse(line)
  // The grant was made in the same commit, and is ended by the second use.
  expect(grantId).toEqual(expect.any(String))
})

it('a refresh whose answers died with the AuthService, twice, is asked for again with what is stored, and goes on (58, 60)', async () => {
  const { refreshToken } = await client.logIn(services.account)
  await loseAnswer(() => client.refresh(refreshToken))
  await loseAnswer(() => client.refresh(refreshToken))
  const second = readTokens(await client.refresh(refreshToken))
  const third = readTokens(await client.refresh(second.refreshToken))
  const items = await fetch(`${services.api}/items`, {
    headers: { authorization: `Bearer ${third.accessToken}` },
  })
  expect(items.status).toBe(200)
  expect((await client.refresh(refreshToken)).body).toMatchObject({ error: 'invalid_grant' })
})
