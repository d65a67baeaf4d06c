import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Exchange } from '../support/wire-tap.js'
import { type ObservedRun, observeRun } from './observed-run.js'

let run: ObservedRun
beforeAll(async () => {
  run = await observeRun()
})
afterAll(() => run?.stop())

/** The requests of one kind that passed a tap, in their order. */
function passed(tap: 'authService' | 'backendApi', method: string, path: string): Exchange[] {
  return run[tap].exchanges.filter((each) => each.method === method && each.url.pathname === path)
}

/** The nth of them. */
function exchange(tap: 'authService' | 'backendApi', method: string, path: string, index = 0): Exchange {
  const found = passed(tap, method, path)[index]
  if (!found) throw new Error(`${method} ${path} was not seen ${index + 1} times`)
  return found
}

const form = ({ body }: Exchange) => Object.fromEntries(new URLSearchParams(body))
const json = ({ responseBody }: Exchange) => JSON.parse(responseBody)
const header = (jwt: string) => JSON.parse(Buffer.from(jwt.split('.')[0] ?? '', 'base64url').toString())
const claims = (jwt: string) => JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString())
const authorization = () => exchange('authService', 'GET', '/auth/authorize')
const callback = () =>
  new URL(exchange('authService', 'POST', '/auth/consent').responseHeaders.location ?? '')
const codeExchange = () => exchange('authService', 'POST', '/token')
const refresh = () => exchange('authService', 'POST', '/token', 1)
const withoutSpan = ({ headers }: Exchange) => String(headers['traceparent']).split('-')[1]

describe('the whole flow, on the wire', () => {
  it('leg 1: authcli asks for the items without a token', () => {
    const { headers } = exchange('backendApi', 'GET', '/items')
    expect(headers.authorization).toBeUndefined()
    expect(headers['user-agent']).toMatch(/^authcli\//)
    expect(run.backendApi.exchanges[0]?.url.pathname).toBe('/items')
  })

  it('leg 2: the BackendAPI answers 401 and says where to log in', () => {
    const answer = exchange('backendApi', 'GET', '/items')
    const { api, issuer } = run.services
    expect(answer.status).toBe(401)
    expect(answer.responseHeaders['www-authenticate']).toBe(
      `Bearer resource_metadata="${api}/.well-known/oauth-protected-resource"`,
    )
    expect(answer.responseHeaders['content-type']).toMatch(/^application\/problem\+json/)
    expect(json(answer)).toMatchObject({ status: 401, authorization_servers: [issuer] })
  })

  it('leg 3: the browser that authcli opened brings the authorization request', () => {
    const { headers, url } = authorization()
    expect(headers['user-agent']).toMatch(/Chrome/)
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      response_type: 'code',
      client_id: 'authcli',
      resource: run.services.api,
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      state: expect.stringMatching(/^[\w-]{22,}$/),
      nonce: expect.stringMatching(/^[\w-]{22,}$/),
      redirect_uri: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/callback$/),
    })
  })

  it('leg 4: the AuthService checks the password that the person typed', () => {
    const signIn = exchange('authService', 'POST', '/auth/sign-in')
    expect(form(signIn)).toMatchObject(run.services.account)
    expect(signIn.status).toBe(303)
    expect(signIn.responseHeaders.location).toContain('/auth/consent')
  })

  it('leg 5: the code comes back with state and issuer, and leaves the address bar', () => {
    const { status } = exchange('authService', 'POST', '/auth/consent')
    expect(status).toBe(303)
    expect(callback().origin + callback().pathname).toBe(authorization().url.searchParams.get('redirect_uri'))
    expect(Object.fromEntries(callback().searchParams)).toEqual({
      code: expect.stringMatching(/^[\w-]{27,}$/),
      state: authorization().url.searchParams.get('state'),
      iss: run.services.issuer,
    })
    expect(run.visited.map(({ href }) => href)).toContain(callback().href)
    expect(run.lastPage.url.search).toBe('')
  })

  it('leg 6: authcli exchanges the code with the verifier of its challenge', () => {
    const { headers } = codeExchange()
    const { code_verifier: verifier = '', ...parameters } = form(codeExchange())
    expect(headers.authorization).toBeUndefined()
    expect(parameters).toMatchObject({
      grant_type: 'authorization_code',
      client_id: 'authcli',
      code: callback().searchParams.get('code'),
      redirect_uri: authorization().url.searchParams.get('redirect_uri'),
    })
    expect(parameters).not.toHaveProperty('client_secret')
    expect(createHash('sha256').update(verifier).digest('base64url')).toBe(
      authorization().url.searchParams.get('code_challenge'),
    )
  })

  it('leg 7: the AuthService gives an access token for the API, a refresh token and an ID token', () => {
    const answer = codeExchange()
    const { access_token: accessToken, id_token: idToken, ...rest } = json(answer)
    expect(answer.status).toBe(200)
    expect(answer.responseHeaders['cache-control']).toBe('no-store')
    expect(rest).toMatchObject({ token_type: 'Bearer', refresh_token: expect.any(String) })
    expect(header(accessToken)).toMatchObject({ typ: 'at+jwt', alg: 'ES256' })
    expect(claims(accessToken)).toMatchObject({ aud: run.services.api, client_id: 'authcli' })
    expect(claims(idToken)).toMatchObject({
      aud: 'authcli',
      nonce: authorization().url.searchParams.get('nonce'),
      sub: claims(accessToken).sub,
    })
  })

  it('leg 8: the tokens are in the keychain, and then authcli and the browser say that it worked', () => {
    const { access_token: accessToken, refresh_token: refreshToken } = json(codeExchange())
    expect(run.afterLogin).toMatchObject({ accessToken, refreshToken })
    expect(run.calls.login.code).toBe(0)
    const said = run.calls.login.stdout
    expect(said.indexOf('trace session-stored')).toBeGreaterThan(said.indexOf('trace tokens-received'))
    expect(said.indexOf('logged in as')).toBeGreaterThan(said.indexOf('trace session-stored'))
    expect(run.lastPage.text).toMatch(/logged in/)
  })

  it('leg 9: authcli asks for the items with the access token', () => {
    expect(exchange('backendApi', 'GET', '/items', 1).headers.authorization).toBe(
      `Bearer ${run.afterLogin.accessToken}`,
    )
  })

  it('leg 10: the BackendAPI asks the AuthService about the token, as itself and in the same trace', () => {
    const question = exchange('authService', 'POST', '/introspect')
    expect(question.headers.authorization).toMatch(/^Basic /)
    expect(form(question)).toMatchObject({ token: run.afterLogin.accessToken })
    expect(withoutSpan(question)).toBe(withoutSpan(exchange('backendApi', 'GET', '/items', 1)))
  })

  it('leg 11: the AuthService says that the token is good, and whose it is', () => {
    const answer = exchange('authService', 'POST', '/introspect')
    const { account, issuer, api } = run.services
    expect(answer.status).toBe(200)
    expect(json(answer)).toMatchObject({ active: true, iss: issuer, aud: api, username: account.username })
  })

  it('leg 12: the BackendAPI answers with data, which authcli prints', () => {
    const answer = exchange('backendApi', 'GET', '/items', 1)
    expect(answer.status).toBe(200)
    expect(json(answer).items).toHaveLength(3)
    expect(run.calls.first.code).toBe(0)
    expect(JSON.parse(run.calls.first.stdout)).toEqual(json(answer).items)
  })

  it('leg 13: the same token gets data again', () => {
    const { headers, status } = exchange('backendApi', 'GET', '/items', 2)
    expect(headers.authorization).toBe(`Bearer ${run.afterLogin.accessToken}`)
    expect(status).toBe(200)
    expect(run.calls.again).toMatchObject({ code: 0, stdout: run.calls.first.stdout })
  })

  it('leg 14: the BackendAPI refuses the expired token', () => {
    const { headers, status, responseHeaders } = exchange('backendApi', 'GET', '/items', 3)
    expect(headers.authorization).toBe(`Bearer ${run.afterLogin.accessToken}`)
    expect(status).toBe(401)
    expect(responseHeaders['www-authenticate']).toMatch(/^Bearer error="invalid_token"/)
  })

  it('leg 15: authcli sends the refresh token to the AuthService', () => {
    expect(form(refresh())).toMatchObject({
      grant_type: 'refresh_token',
      client_id: 'authcli',
      refresh_token: run.afterLogin.refreshToken,
    })
    expect(passed('authService', 'POST', '/token')).toHaveLength(2)
  })

  it('leg 16: the AuthService gives new tokens, which are stored before they are used', () => {
    const { access_token: accessToken, refresh_token: refreshToken } = json(refresh())
    expect(refresh().status).toBe(200)
    expect(accessToken).not.toBe(run.afterLogin.accessToken)
    expect(refreshToken).not.toBe(run.afterLogin.refreshToken)
    expect(run.beforeResend).toMatchObject({ accessToken, refreshToken })
  })

  it('leg 17: authcli sends the same request once more and prints the data', () => {
    const [refused, resent] = [
      exchange('backendApi', 'GET', '/items', 3),
      exchange('backendApi', 'GET', '/items', 4),
    ]
    expect(resent.url.href).toBe(refused.url.href)
    expect(resent.headers.authorization).toBe(`Bearer ${run.beforeResend.accessToken}`)
    expect(resent.status).toBe(200)
    expect(passed('backendApi', 'GET', '/items')).toHaveLength(5)
    expect(run.calls.expired).toMatchObject({ code: 0, stdout: run.calls.first.stdout })
  })

  it('shares one trace between the programs in each call of authcli', () => {
    expect(withoutSpan(codeExchange())).toBe(withoutSpan(exchange('backendApi', 'GET', '/items')))
    expect(withoutSpan(refresh())).toBe(withoutSpan(exchange('backendApi', 'GET', '/items', 4)))
  })

  it('sends the cookies of the pages to the pages only', () => {
    const withCookie = [...run.authService.exchanges, ...run.backendApi.exchanges].filter(
      ({ headers }) => headers.cookie,
    )
    expect(withCookie.length).toBeGreaterThan(0)
    expect(withCookie.filter(({ url }) => !url.pathname.startsWith('/auth/'))).toEqual([])
  })
})
