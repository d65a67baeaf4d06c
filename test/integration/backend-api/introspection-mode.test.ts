import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { activeAnswer, sendJson } from '../../support/backend-api/auth-service-double.js'
import { bearer, CREDENTIALS, startTestApi, type TestApi } from '../../support/backend-api/test-api.js'

let api: TestApi
beforeEach(async () => {
  api = await startTestApi({ mode: 'introspection' })
})
afterEach(() => api.close())

async function statusOf(token: string, url = '/items'): Promise<number> {
  return (await api.app.inject({ url, headers: bearer(token) })).statusCode
}

function introspections(): number {
  return api.authService.count('/introspect')
}

it('asks the AuthService about a token, with its credentials and the trace of the request', async () => {
  const token = await api.token()
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
  await api.app.inject({ url: '/items', headers: { ...bearer(token), traceparent } })
  const [request] = api.authService.seen.filter(({ path }) => path === '/introspect')
  expect(request?.form.get('token')).toBe(token)
  expect(request?.headers['content-type']).toBe('application/x-www-form-urlencoded')
  expect(request?.headers['traceparent']).toMatch(/^00-4bf92f3577b34da6a3ce929d0e0e4736-(?!00f067aa0ba902b7)/)
  const [, basic = ''] = request?.headers.authorization?.split(' ') ?? []
  const [id = '', secret = ''] = Buffer.from(basic, 'base64')
    .toString()
    .split(':')
    .map((part) => part.replaceAll('+', ' '))
  expect({ clientId: decodeURIComponent(id), clientSecret: decodeURIComponent(secret) }).toEqual(CREDENTIALS)
})

it('refuses a token that the AuthService calls inactive, and asks again after 5 s only', async () => {
  api.authService.introspect = () => ({ active: false })
  const token = await api.token()
  expect(await statusOf(token)).toBe(401)
  api.clock.milliseconds += 4_999
  expect(await statusOf(token)).toBe(401)
  expect(introspections()).toBe(1)
  api.clock.milliseconds += 1
  api.authService.introspect = activeAnswer
  expect(await statusOf(token)).toBe(200)
})

it('an answer is good for 5 s, and a revoked token ends then (57, 96)', async () => {
  const token = await api.token()
  expect(await statusOf(token)).toBe(200)
  api.authService.introspect = () => ({ active: false })
  api.clock.milliseconds += 4_999
  expect(await statusOf(token)).toBe(200)
  expect(introspections()).toBe(1)
  api.clock.milliseconds += 1
  expect(await statusOf(token)).toBe(401)
  expect(introspections()).toBe(2)
})

it('an answer is good for 5 s from when it was asked for, not from when it came', async () => {
  const token = await api.token()
  api.authService.answers.set('/introspect', (response) => {
    api.clock.milliseconds += 2_000
    sendJson(response, activeAnswer(token))
  })
  expect(await statusOf(token)).toBe(200)
  api.clock.milliseconds += 3_000
  await statusOf(token)
  expect(introspections()).toBe(2)
})

it('an answer is never good past exp (96)', async () => {
  const token = await api.token({ exp: Math.floor(api.clock.milliseconds / 1000) + 3 })
  expect(await statusOf(token)).toBe(200)
  api.clock.milliseconds += 3_000
  expect(await statusOf(token)).toBe(401)
  expect(introspections()).toBe(1)
})

it('the AuthService may end a token earlier than it says itself', async () => {
  const earlier = Math.floor(api.clock.milliseconds / 1000) + 2
  api.authService.introspect = (token) => ({ ...activeAnswer(token), exp: earlier })
  const token = await api.token()
  expect(await statusOf(token)).toBe(200)
  api.clock.milliseconds += 2_000
  expect(await statusOf(token)).toBe(401)
})

it('an expired token is not asked about, known or not', async () => {
  const token = await api.token()
  await statusOf(token)
  api.clock.milliseconds += 601_000
  expect(await statusOf(token)).toBe(401)
  expect(await statusOf(await api.token({ exp: 1 }))).toBe(401)
  expect(introspections()).toBe(1)
})

it('requests that come at once with one token share one question', async () => {
  const token = await api.token()
  const statuses = await Promise.all(Array.from({ length: 50 }, () => statusOf(token)))
  expect(new Set(statuses)).toEqual(new Set([200]))
  expect(introspections()).toBe(1)
})

it('every token has a verdict of its own (V19)', async () => {
  const [good, bad] = [await api.token(), await api.token()]
  api.authService.introspect = (token) => (token === bad ? { active: false } : activeAnswer(token))
  expect(await Promise.all([good, bad, good, bad].map((token) => statusOf(token)))).toEqual([
    200, 401, 200, 401,
  ])
})

it('the scope is what the AuthService says now', async () => {
  api.authService.introspect = (token) => ({ ...activeAnswer(token), scope: 'items:write' })
  expect(await statusOf(await api.token())).toBe(403)
})

describe('when the AuthService', () => {
  it.each([
    ['answers with an error', 500, '{}'],
    ['refuses the credentials', 401, '{"error":"invalid_client"}'],
    ['redirects', 302, ''],
    ['answers with HTML', 200, '<html>'],
    ['answers with nothing', 200, ''],
    ['answers neither yes nor no', 200, '{}'],
    [
      'answers with more than anybody reads',
      200,
      JSON.stringify({ active: true, more: 'x'.repeat(300_000) }),
    ],
  ])('%s, nobody is let in and nobody is called bad: 503 (95)', async (_what, status, body) => {
    const location = { location: `${api.authService.issuer}/jwks` }
    api.authService.answers.set('/introspect', (response) => response.writeHead(status, location).end(body))
    const response = await api.app.inject({ url: '/items', headers: bearer(await api.token()) })
    expect(response.statusCode).toBe(503)
    expect(Number(response.headers['retry-after'])).toBeGreaterThan(0)
    expect(response.headers['www-authenticate']).toBeUndefined()
    expect(api.authService.count('/jwks')).toBe(1)
  })

  it('speaks of another token, nobody is let in (95, V19)', async () => {
    const other = await api.token({ sub: 'account-2' })
    api.authService.introspect = () => activeAnswer(other)
    expect(await statusOf(await api.token())).toBe(503)
  })

  it('goes away, an answer is good for its 5 s, then it is 503 and never jwks mode (95)', async () => {
    const token = await api.token()
    expect(await statusOf(token)).toBe(200)
    await api.authService.goAway()
    api.clock.milliseconds += 4_999
    expect(await statusOf(token)).toBe(200)
    api.clock.milliseconds += 1
    expect(await statusOf(token)).toBe(503)
    await api.authService.comeBack()
    expect(await statusOf(token)).toBe(200)
  })

  it('is away, nobody waits for it after three tries, and one try a second finds out', async () => {
    await api.app.inject({ url: '/readyz' })
    api.authService.answers.set('/introspect', (response) => response.writeHead(500).end())
    for (let index = 0; index < 20; index += 1) expect(await statusOf(await api.token())).toBe(503)
    expect(introspections()).toBe(3)
    api.authService.answers.clear()
    expect(await statusOf(await api.token())).toBe(503)
    api.clock.milliseconds += 1_000
    expect(await statusOf(await api.token())).toBe(200)
  })

  it('has no introspection endpoint, tokens can’t be validated and the mode stays', async () => {
    const { issuer } = api.authService
    api.authService.answers.set('/.well-known/oauth-authorization-server', (response) =>
      sendJson(response, { issuer, jwks_uri: `${issuer}/jwks` }),
    )
    expect(await statusOf(await api.token())).toBe(503)
  })
})

it('lets a connection that was closed meanwhile cost nobody an answer', async () => {
  await statusOf(await api.token())
  await api.authService.goAway()
  await api.authService.comeBack()
  expect(await statusOf(await api.token())).toBe(200)
})

it('says at start how it validates and why, and after each validation whether it asked', async () => {
  const talkative = await startTestApi({ mode: 'introspection', settings: { logLevel: 'debug' } })
  const headers = bearer(await talkative.token())
  for (let request = 0; request < 2; request += 1) await talkative.app.inject({ url: '/items', headers })
  const lines = talkative.logLines()
  await talkative.close()
  expect(lines[0]).toMatchObject({
    msg: 'validation mode',
    mode: 'introspection',
    reason: 'the test says so',
  })
  expect(lines.filter(({ msg }) => msg === 'token validated')).toMatchObject([
    { mode: 'introspection', cached: false },
    { mode: 'introspection', cached: true },
  ])
})
