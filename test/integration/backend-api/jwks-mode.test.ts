import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { sendJson } from '../../support/backend-api/auth-service-double.js'
import { makeSigner } from '../../support/backend-api/signer.js'
import {
  bearer,
  startTestApi,
  type TestApi,
  type TestApiOptions,
} from '../../support/backend-api/test-api.js'

let api: TestApi
beforeEach(async () => {
  api = await startTestApi()
})
afterEach(() => api.close())

async function statusOf(token: string, on = api): Promise<number> {
  return (await on.app.inject({ url: '/items', headers: bearer(token) })).statusCode
}

/** The same, with other settings. */
async function withApi(options: TestApiOptions, use: (other: TestApi) => Promise<void>): Promise<void> {
  const other = await startTestApi(options)
  try {
    await use(other)
  } finally {
    await other.close()
  }
}

it('fetches the keys once, and asks about no token', async () => {
  for (let index = 0; index < 20; index += 1) expect(await statusOf(await api.token())).toBe(200)
  expect(api.authService.seen.map(({ path }) => path)).toEqual([
    '/.well-known/oauth-authorization-server',
    '/jwks',
  ])
})

it('a token that was seen is good until exp and no longer (96)', async () => {
  const token = await api.token()
  expect(await statusOf(token)).toBe(200)
  api.clock.milliseconds += 599_000
  expect(await statusOf(token)).toBe(200)
  api.clock.milliseconds += 1_000
  expect(await statusOf(token)).toBe(401)
})

it('clocks may differ by the tolerance, for a token that was seen too (90)', async () => {
  await withApi({ clockToleranceSeconds: 60 }, async (tolerant) => {
    const token = await tolerant.token({ exp: Math.floor(tolerant.clock.milliseconds / 1000) + 1 })
    expect(await statusOf(token, tolerant)).toBe(200)
    tolerant.clock.milliseconds += 59_000
    expect(await statusOf(token, tolerant)).toBe(200)
    tolerant.clock.milliseconds += 3_000
    expect(await statusOf(token, tolerant)).toBe(401)
  })
})

it('the scope is looked at on every route, for a token that was seen too (96, V19)', async () => {
  const headers = bearer(await api.token({ scope: 'items:read' }))
  const write = { method: 'POST', url: '/items', headers, payload: { title: 'x' } } as const
  expect((await api.app.inject({ url: '/items', headers })).statusCode).toBe(200)
  expect((await api.app.inject(write)).statusCode).toBe(403)
  expect((await api.app.inject({ url: '/items', headers })).statusCode).toBe(200)
})

it('works on for the stated time while the AuthService is away, for known and for new tokens, then no more (95)', async () => {
  const token = await api.token({ exp: Math.floor(api.clock.milliseconds / 1000) + 7_200 })
  expect(await statusOf(token)).toBe(200)
  await api.authService.goAway()
  api.clock.milliseconds += 3_599_000
  expect(await statusOf(token)).toBe(200)
  expect(await statusOf(await api.token())).toBe(200)
  api.clock.milliseconds += 2_000
  expect(await statusOf(token)).toBe(503)
  await api.authService.comeBack()
  api.clock.milliseconds += 10_000
  expect(await statusOf(token)).toBe(200)
})

it('10,000 tokens with unknown keys in 10 s cost two fetches, and known tokens go on (95)', async () => {
  const good = await api.token()
  await statusOf(good)
  api.clock.milliseconds += 60_000
  api.authService.seen.length = 0
  const stranger = await makeSigner('ES256', 'stranger')
  const template = await stranger.sign(api.claims())
  const [, payload, signature] = template.split('.')
  for (let index = 0; index < 10_000; index += 500) {
    const tokens = Array.from({ length: 500 }, (_, offset) => {
      const header = { alg: 'ES256', typ: 'at+jwt', kid: `stranger-${index + offset}` }
      return `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${payload}.${signature}`
    })
    const statuses = await Promise.all(tokens.map((token) => statusOf(token)))
    expect(new Set(statuses)).toEqual(new Set([401]))
    expect(await statusOf(good)).toBe(200)
    api.clock.milliseconds += 500
  }
  expect(api.authService.count('/jwks')).toBeLessThanOrEqual(2)
})

it('known tokens do not wait while the keys are fetched for unknown ones (95)', async () => {
  const good = await api.token()
  await statusOf(good)
  api.clock.milliseconds += 60_000
  let letGo = () => {}
  api.authService.answers.set('/jwks', (response) => {
    letGo = () => sendJson(response, { keys: [api.signer.publicJwk] })
  })
  const stranger = await makeSigner('ES256', 'stranger')
  const unknown = statusOf(await stranger.sign(api.claims()))
  // The question is on its way through a real socket, which wants its turns.
  while (api.authService.count('/jwks') < 2) await setImmediate()
  expect(await statusOf(good)).toBe(200)
  letGo()
  expect(await unknown).toBe(401)
})

it('a token with an unknown key is 503 while the keys can’t be fetched, not 401 (95)', async () => {
  await statusOf(await api.token())
  await api.authService.goAway()
  api.clock.milliseconds += 60_000
  const stranger = await makeSigner('ES256', 'stranger')
  const response = await api.app.inject({ url: '/items', headers: bearer(await stranger.sign(api.claims())) })
  expect(response.statusCode).toBe(503)
  expect(response.headers['retry-after']).toBe('10')
})

it('keys are rotated without one failed validation (52)', async () => {
  const old = await api.token({ exp: Math.floor(api.clock.milliseconds / 1000) + 3_000 })
  expect(await statusOf(old)).toBe(200)
  const next = await makeSigner('ES256', 'next-key')
  api.authService.signers.unshift(next)
  api.clock.milliseconds += 60_000
  expect(await statusOf(await next.sign(api.claims()))).toBe(200)
  expect(await statusOf(old)).toBe(200)
  expect(await statusOf(await api.token())).toBe(200)
})

it('a withdrawn key ends its tokens, those that were seen too', async () => {
  const token = await api.token({ exp: Math.floor(api.clock.milliseconds / 1000) + 3_000 })
  expect(await statusOf(token)).toBe(200)
  api.authService.signers.splice(0, 1, await makeSigner('ES256', 'next-key'))
  api.clock.milliseconds += 300_000
  await statusOf(token)
  const [next] = api.authService.signers
  if (next) expect(await statusOf(await next.sign(api.claims()))).toBe(200)
  expect(await statusOf(token)).toBe(401)
})

it.each([
  ['of another issuer', { issuer: 'https://attacker.example' }],
  ['with keys elsewhere than over https', { jwks_uri: 'http://as.example/jwks' }],
  ['with keys in a file', { jwks_uri: 'file:///etc/passwd' }],
])('metadata %s is not believed: 503 (67, V20)', async (_what, change) => {
  const { issuer } = api.authService
  api.authService.answers.set('/.well-known/oauth-authorization-server', (response) =>
    sendJson(response, { issuer, jwks_uri: `${issuer}/jwks`, ...change }),
  )
  expect(await statusOf(await api.token())).toBe(503)
  expect(api.authService.count('/jwks')).toBe(0)
})

it('an issuer with a path has its metadata at the inserted place', async () => {
  await withApi({ issuerPath: '/tenant' }, async (tenant) => {
    const { issuer } = tenant.authService
    tenant.authService.answers.set('/.well-known/oauth-authorization-server', (response) =>
      sendJson(response, { issuer, jwks_uri: `${issuer}/jwks` }),
    )
    expect(await statusOf(await tenant.token(), tenant)).toBe(200)
  })
})

it('starts without the AuthService, says so, and serves as soon as it is there', async () => {
  await api.authService.goAway()
  const token = await api.token()
  expect((await api.app.inject({ url: '/healthz' })).statusCode).toBe(200)
  const notReady = await api.app.inject({ url: '/readyz' })
  expect(notReady.statusCode).toBe(503)
  expect(notReady.headers['retry-after']).toBe('1')
  expect(await statusOf(token)).toBe(503)
  await api.authService.comeBack()
  api.clock.milliseconds += 1_000
  expect((await api.app.inject({ url: '/readyz' })).json()).toEqual({ status: 'ok' })
  expect(await statusOf(token)).toBe(200)
})
