import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hashClientSecret } from '../../../server/auth-service/tokens/client-secrets.js'
import { issueCode } from '../../support/auth-service/codes.js'
import {
  type Answer,
  basic,
  codeRequest,
  type TestAuthService,
  testAuthService,
} from '../../support/auth-service/test-auth-service.js'
import { TEST_RESOURCE_SECRET } from '../../support/auth-service/test-context.js'

const SECRET = Buffer.alloc(32, 9).toString('base64url')
const OTHER_SECRET = Buffer.alloc(32, 8).toString('base64url')

let service: TestAuthService
beforeEach(async () => {
  service = await testAuthService()
  const secretHash = hashClientSecret(service.context.settings.secret, SECRET)
  await service.context.addClient({ id: 'web:app', kind: 'web', secretHash })
})
afterEach(() => service.close())

it('two Authorization headers are refused, whichever is right (35)', async () => {
  await service.app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = service.app.server.address() as AddressInfo
  const right = basic('web:app', SECRET)['authorization'] ?? ''
  const wrong = basic('web:app', OTHER_SECRET)['authorization'] ?? ''
  for (const pair of [
    [right, wrong],
    [wrong, right],
  ]) {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', connection: 'close' }
    const sent = request({ host: '127.0.0.1', port, method: 'POST', path: '/introspect', headers })
    // Node writes a list as one header each.
    sent.setHeader('authorization', pair)
    sent.end('token=x')
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    const body = JSON.parse(Buffer.concat(await response.toArray()).toString())
    expect(body).toEqual({
      error: 'invalid_request',
      error_description: 'more than one Authorization header',
    })
  }
})

/** One request at each endpoint where a client authenticates. */
const ENDPOINTS = {
  '/token': { grant_type: 'refresh_token', refresh_token: 'x' },
  '/revoke': { token: 'x' },
}

function isAuthenticated({ status, body }: Answer): boolean {
  return status === 200 || body['error'] === 'invalid_grant'
}

describe.each(Object.entries(ENDPOINTS))('a client at %s', (path, form) => {
  it('is authenticated by its secret, in the header or in the form', async () => {
    const inForm = { ...form, client_id: 'web:app', client_secret: SECRET }
    expect(isAuthenticated(await service.post(path, form, basic('web:app', SECRET)))).toBe(true)
    expect(isAuthenticated(await service.post(path, inForm))).toBe(true)
  })

  it('with a secret is not authenticated by its id (34)', async () => {
    const answer = await service.post(path, { ...form, client_id: 'web:app' })
    expect(answer.status).toBe(401)
    expect(answer.body).toMatchObject({ error: 'invalid_client' })
  })

  it.each([
    ['a wrong secret', 'web:app', OTHER_SECRET],
    ['the start of its secret', 'web:app', SECRET.slice(0, -1)],
    ['an unknown id', 'nobody', SECRET],
    ['a secret that a public client does not have', 'authcli', SECRET],
    ['the credentials of a resource', 'backend-api', TEST_RESOURCE_SECRET],
  ])(
    'is refused with %s, with a challenge only if it used the header (37) (33)',
    async (_what, id, secret) => {
      const inHeader = await service.post(path, form, basic(id, secret))
      const inForm = await service.post(path, { ...form, client_id: id, client_secret: secret })
      expect([inHeader.status, inForm.status]).toEqual([401, 401])
      expect(inHeader.body).toEqual({
        error: 'invalid_client',
        error_description: 'client authentication failed',
      })
      expect(inForm.body).toEqual(inHeader.body)
      expect(inHeader.headers['www-authenticate']).toMatch(/^Basic realm="/)
      expect(inForm.headers['www-authenticate']).toBeUndefined()
    },
  )

  it('uses one way in a request (35)', async () => {
    const both = { ...form, client_id: 'web:app', client_secret: SECRET }
    const answer = await service.post(path, both, basic('web:app', SECRET))
    expect(answer.status).toBe(400)
    expect(answer.body).toMatchObject({ error: 'invalid_request' })
  })

  it('never sends its secret in the URL (35)', async () => {
    const query = new URLSearchParams({ client_id: 'web:app', client_secret: SECRET })
    const answer = await service.post(`${path}?${query}`, form)
    expect(answer.body).toMatchObject({ error: 'invalid_request' })
  })
})

describe('guessing a client secret', () => {
  const guess = (source = '203.0.113.7', clientId = 'web:app', secret = OTHER_SECRET) =>
    service.app.inject({
      method: 'POST',
      url: '/token',
      remoteAddress: source,
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...basic(clientId, secret) },
      payload: 'grant_type=refresh_token&refresh_token=x',
    })
  const guessMany = async (times: number, source?: string) => {
    const statuses = []
    for (let i = 0; i < times; i++) statuses.push((await guess(source)).statusCode)
    return statuses
  }

  it('is answered with 429 and Retry-After from the eleventh try on (36)', async () => {
    expect(await guessMany(10)).toEqual(Array(10).fill(401))
    const answer = await guess()
    expect(answer.statusCode).toBe(429)
    expect(answer.headers['retry-after']).toBe('60')
    expect(answer.json()).toMatchObject({ error: 'temporarily_unavailable' })
    expect(service.log).toContainEqual(expect.objectContaining({ event: 'throttled', clientId: 'web:app' }))
  })

  it('names no more of a client id than an id may hold in its audit line', async () => {
    const clientId = 'x'.repeat(10_000)
    for (let times = 0; times < 11; times++) await guess(undefined, clientId)
    expect(service.log).toContainEqual(
      expect.objectContaining({ event: 'throttled', clientId: 'x'.repeat(64) }),
    )
  })

  it('ends when the source has been quiet for a minute (36)', async () => {
    await guessMany(11)
    service.context.advanceSeconds(60)
    expect((await guess()).statusCode).toBe(401)
  })

  it('locks out neither the client itself nor another source (36)', async () => {
    await guessMany(11)
    expect((await guess(undefined, 'web:app', SECRET)).json()).toMatchObject({ error: 'invalid_grant' })
    expect((await guess('203.0.113.8')).statusCode).toBe(401)
  })

  it('is counted for a whole network of IPv6 (36)', async () => {
    for (let i = 0; i < 10; i++) await guess(`2001:db8:1:2::${i}`)
    expect((await guess('2001:db8:1:2:ffff::1')).statusCode).toBe(429)
    expect((await guess('2001:db8:1:3::1')).statusCode).toBe(401)
  })

  it('is counted for a source that asks for ever other clients (36)', async () => {
    for (let i = 0; i < 100; i++) await guess(undefined, `client-${i}`)
    expect((await guess(undefined, 'client-100')).statusCode).toBe(429)
  })

  it('is not escaped by naming other addresses in a header that nobody trusts (20)', async () => {
    await guessMany(10)
    const answer = await service.post(
      '/token',
      { grant_type: 'refresh_token', refresh_token: 'x' },
      { ...basic('web:app', OTHER_SECRET), 'x-forwarded-for': '198.51.100.1', forwarded: 'for=198.51.100.1' },
    )
    // `post` comes from 127.0.0.1, which has not guessed yet; the header changes nothing about that.
    expect(answer.status).toBe(401)
    for (let i = 0; i < 10; i++) {
      await service.post(
        '/token',
        {},
        { ...basic('web:app', OTHER_SECRET), 'x-forwarded-for': `198.51.100.${i}` },
      )
    }
    expect((await service.post('/token', {}, basic('web:app', OTHER_SECRET))).status).toBe(429)
  })

  it('never touches a public client, which has no secret', async () => {
    await guessMany(11)
    const { code } = await issueCode(service.context, { account_id: service.account.id })
    expect((await service.post('/token', codeRequest(code))).status).toBe(200)
  })
})

describe('behind a proxy', () => {
  it('counts the address that a listed proxy names, and only then (20)', async () => {
    const proxied = await testAuthService({ trustedProxies: ['10.0.0.0/8'] })
    const guess = (remoteAddress: string, client: string) =>
      proxied.app.inject({
        method: 'POST',
        url: '/token',
        remoteAddress,
        headers: { ...basic('web:app', OTHER_SECRET), 'x-forwarded-for': client },
      })
    for (let i = 0; i < 10; i++) await guess('10.0.0.1', '203.0.113.7')
    expect((await guess('10.0.0.1', '203.0.113.7')).statusCode).toBe(429)
    expect((await guess('10.0.0.1', '203.0.113.8')).statusCode).toBe(401)
    expect((await guess('192.0.2.1', '203.0.113.7')).statusCode).toBe(401)
    await proxied.close()
  })
})
