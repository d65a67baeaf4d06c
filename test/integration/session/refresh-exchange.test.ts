import type { ServerResponse } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { prepareRefreshWith } from '../../../src/session/refresh-exchange.js'
import {
  type AuthServiceDouble,
  sendJson,
  startAuthServiceDouble,
} from '../../support/cli/auth-service-double.js'
import { createTestHttp } from '../../support/cli/test-http.js'
import { testSession } from '../../support/session/test-session.js'

let authService: AuthServiceDouble
beforeAll(async () => {
  authService = await startAuthServiceDouble()
})
afterAll(() => authService.stop())
beforeEach(() => authService.forget())

const NOW = 1_700_000_000_000

async function refresh(fields: Parameters<typeof testSession>[0] = {}) {
  const prepare = prepareRefreshWith({ http: createTestHttp({ timeoutMs: 2000 }), now: () => NOW })
  const session = testSession({ issuer: authService.issuer, ...fields })
  const exchange = await prepare({ ...session, refreshToken: session.refreshToken ?? '' })
  return await exchange()
}

function answerWith(status: number, body: unknown): (response: ServerResponse) => void {
  return (response) => sendJson(response, body, status)
}

describe('the refresh exchange', () => {
  it('sends the refresh token, the client and the resource, and nothing else', async () => {
    await refresh()
    const [request] = authService.tokenRequests
    expect(Object.fromEntries(request ?? [])).toEqual({
      grant_type: 'refresh_token',
      refresh_token: 'refresh-token-0',
      client_id: 'authcli',
      resource: 'https://api.example.com',
    })
  })

  it('gives back the session with the new tokens and when the access token ends', async () => {
    authService.lies.tokenResponse = { access_token: 'new', refresh_token: 'next', expires_in: 300 }
    expect(await refresh()).toEqual({
      ...testSession({ issuer: authService.issuer }),
      accessToken: 'new',
      refreshToken: 'next',
      expiresAt: NOW + 300_000,
      lifetimeSeconds: 300,
    })
  })

  it('keeps the refresh token and the scope when the response omits them', async () => {
    authService.lies.tokenResponse = { refresh_token: undefined, scope: undefined }
    expect(await refresh()).toMatchObject({ refreshToken: 'refresh-token-0', scope: 'openid items:read' })
  })

  it('takes over a scope that was narrowed', async () => {
    authService.lies.tokenResponse = { scope: 'openid' }
    expect(await refresh()).toMatchObject({ scope: 'openid' })
  })

  it('forgets when the old access token would have ended when the new one has no known end', async () => {
    authService.lies.tokenResponse = { expires_in: undefined }
    const session = await refresh()
    expect(session).not.toHaveProperty('expiresAt')
    expect(session).not.toHaveProperty('lifetimeSeconds')
  })

  it('does not look at an ID token, which could only fail after the refresh token was spent', async () => {
    authService.lies.tokenResponse = { id_token: 'e30.e30.forged' }
    expect(await refresh()).toMatchObject({ refreshToken: expect.stringMatching(/^refresh-token-/) })
  })

  it('ends the session on invalid_grant, and on nothing else', async () => {
    authService.lies.token = answerWith(400, { error: 'invalid_grant' })
    await expect(refresh()).rejects.toMatchObject({ code: 'SESSION_EXPIRED', hint: 'run `authcli login`' })
  })

  it.each([
    [500, {}],
    [502, 'bad gateway'],
    [503, { error: 'temporarily_unavailable' }],
    [503, { error: 'invalid_grant' }],
    [429, { error: 'slow_down' }],
  ])('calls %d %j a failure that passes', async (status, body) => {
    authService.lies.token = answerWith(status, body)
    await expect(refresh()).rejects.toMatchObject({
      code: 'AUTH_SERVICE_UNREACHABLE',
      message: `the AuthService can't answer right now (${status})`,
    })
  })

  it('says why no answer came', async () => {
    authService.lies.token = (response) => void response.destroy()
    await expect(refresh()).rejects.toMatchObject({
      code: 'AUTH_SERVICE_UNREACHABLE',
      message: "the AuthService can't be reached: the connection was cut",
    })
  })

  it.each(['invalid_client', 'unauthorized_client', 'invalid_scope', 'invalid_target', 'invalid_request'])(
    'keeps the session on %s',
    async (error) => {
      authService.lies.token = answerWith(400, { error })
      await expect(refresh()).rejects.toMatchObject({
        code: 'LOGIN_FAILED',
        message: `the AuthService did not refresh the session: it answered ${error}`,
      })
    },
  )

  it.each([
    ['another kind of token', { token_type: 'DPoP' }],
    ['an access token that no header can carry', { access_token: 'two words' }],
    ['no access token', { access_token: undefined }],
    ['an access token that is a number', { access_token: 1 }],
    ['a refresh token with a NUL', { refresh_token: 'a\0b' }],
    ['an empty refresh token', { refresh_token: '' }],
  ])('does not take %s', async (_what, tokenResponse) => {
    authService.lies.tokenResponse = tokenResponse
    await expect(refresh()).rejects.toMatchObject({ code: 'LOGIN_FAILED' })
  })

  it.each([
    ['no JSON', (response: ServerResponse) => void response.writeHead(200).end('<html>')],
    ['a list', answerWith(200, [])],
    ['a redirect', (response: ServerResponse) => void response.writeHead(302, { location: '/' }).end()],
  ])('does not take an answer that is %s', async (_what, token) => {
    authService.lies.token = token
    await expect(refresh()).rejects.toMatchObject({ code: 'LOGIN_FAILED' })
  })

  it('sends the refresh token nowhere when the metadata speaks for another issuer (67)', async () => {
    authService.lies.metadata = { issuer: 'https://evil.example.com' }
    await expect(refresh()).rejects.toMatchObject({ code: 'DISCOVERY_FAILED' })
    expect(authService.tokenRequests).toEqual([])
  })

  it('names neither token in an error (53)', async () => {
    authService.lies.token = answerWith(400, {
      error: 'invalid_request',
      error_description: 'refresh-token-0',
    })
    const error: unknown = await refresh().catch((error: unknown) => error)
    expect(error).toBeInstanceOf(Error)
    expect(`${error}${JSON.stringify(error)}`).not.toMatch(/(refresh|access)-token-\d/)
  })

  it('does not make up an end from an absurd lifetime', async () => {
    authService.lies.tokenResponse = { expires_in: 1e300 }
    expect(await refresh()).not.toHaveProperty('expiresAt')
  })
})
