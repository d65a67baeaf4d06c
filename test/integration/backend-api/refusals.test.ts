import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseStrictChallenge } from '../../support/backend-api/strict-challenge.js'
import { bearer, RESOURCE, startTestApi, type TestApi } from '../../support/backend-api/test-api.js'

const METADATA = { resource_metadata: `${RESOURCE}/.well-known/oauth-protected-resource` }

let api: TestApi
beforeAll(async () => {
  api = await startTestApi({ settings: { logLevel: 'trace' } })
})
afterAll(() => api.close())

describe('without credentials', () => {
  it.each([
    ['nothing', {}],
    ['another scheme', { authorization: 'Basic ZGVtbzpkZW1v' }],
    ['an empty header', { authorization: '' }],
    ['a cookie', { cookie: 'access_token=x' }],
  ])('(%s), the answer is 401 with a bare challenge and no redirect (94)', async (_what, headers) => {
    const response = await api.app.inject({ url: '/items', headers })
    expect(response.statusCode).toBe(401)
    expect(parseStrictChallenge(response.headers['www-authenticate'])).toEqual(METADATA)
    expect(response.headers.location).toBeUndefined()
    expect(response.json()).toEqual({
      type: 'https://www.rfc-editor.org/rfc/rfc6750#section-3',
      title: 'Log in first',
      status: 401,
      detail: `This needs an access token. Log in with: authcli login --api ${RESOURCE}`,
      ...METADATA,
      authorization_servers: [api.authService.issuer],
    })
  })

  it.each(['GET', 'POST', 'DELETE', 'HEAD'] as const)(
    '%s is refused on every route of items (94)',
    async (method) => {
      const url = method === 'DELETE' ? '/items/x' : '/items'
      expect((await api.app.inject({ method, url })).statusCode).toBe(401)
    },
  )

  it('a token in the query is none (89)', async () => {
    const response = await api.app.inject({ url: `/items?access_token=${await api.token()}` })
    expect(response.statusCode).toBe(401)
    expect(parseStrictChallenge(response.headers['www-authenticate'])).toEqual(METADATA)
  })

  it('a token in the body is none (89)', async () => {
    const response = await api.app.inject({
      method: 'POST',
      url: '/items',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: `access_token=${await api.token()}`,
    })
    expect(response.statusCode).toBe(401)
    expect(parseStrictChallenge(response.headers['www-authenticate'])).toEqual(METADATA)
  })
})

describe('a token that comes in two ways is refused', () => {
  it('in the header and in a form (89)', async () => {
    const headers = { ...bearer(await api.token()), 'content-type': 'application/x-www-form-urlencoded' }
    const payload = `title=x&access_token=${await api.token()}`
    const response = await api.app.inject({ method: 'POST', url: '/items', headers, payload })
    expect(response.statusCode).toBe(400)
    expect(parseStrictChallenge(response.headers['www-authenticate'])).toMatchObject({
      error: 'invalid_request',
    })
  })

  it('in the header and in the query (89)', async () => {
    const token = await api.token()
    const response = await api.app.inject({ url: `/items?access_token=${token}`, headers: bearer(token) })
    expect(response.statusCode).toBe(400)
    expect(response.json()).toMatchObject({ error: 'invalid_request' })
  })

  it('in two headers, of which Node itself would show the first (89)', async () => {
    const token = await api.token()
    const answer = await talk([
      'GET /items HTTP/1.1',
      'host: x',
      `authorization: Bearer ${token}`,
      'authorization: Bearer x',
    ])
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
  })
})

it('a bad token is 401 with invalid_token, and the exact reason is in the log only (94)', async () => {
  const response = await api.app.inject({ url: '/items', headers: bearer(await api.token({ exp: 1 })) })
  expect(response.statusCode).toBe(401)
  expect(parseStrictChallenge(response.headers['www-authenticate'])).toEqual({
    ...METADATA,
    error: 'invalid_token',
    error_description: 'The access token is not valid',
  })
  expect(response.body).not.toMatch(/exp\b|claim/)
  expect(api.logLines().at(-1)).toMatchObject({ statusCode: 401, error: 'invalid_token', reason: 'expired' })
})

it.each([
  ['GET', '/items', 'items:read'],
  ['GET', '/items/x', 'items:read'],
  ['POST', '/items', 'items:write'],
  ['DELETE', '/items/x', 'items:write'],
] as const)('%s %s without %s is 403 and names the scope (90, 94)', async (method, url, scope) => {
  const other = scope === 'items:read' ? 'items:write' : 'items:read'
  const token = await api.token({ scope: `${other} items items:readx ${scope}x openid` })
  const response = await api.app.inject({ method, url, headers: bearer(token) })
  expect(response.statusCode).toBe(403)
  expect(parseStrictChallenge(response.headers['www-authenticate'])).toEqual({
    ...METADATA,
    error: 'insufficient_scope',
    error_description: 'The access token does not allow this',
    scope,
  })
  expect(response.json()).toMatchObject({ status: 403, error: 'insufficient_scope', scope })
})

it('a megabyte of header is refused before anybody looks into it (93)', async () => {
  const answer = await talk([
    'GET /items HTTP/1.1',
    'host: x',
    `authorization: Bearer ${'x'.repeat(1_048_576)}`,
  ])
  expect(answer).toMatch(/^HTTP\/1\.1 431 /)
})

it('a request that is no HTTP is refused with a problem, and nothing of it is logged (53)', async () => {
  const before = api.logLines().length
  const answer = await talk(['NONSENSE', 'authorization: Bearer canary'])
  expect(api.logLines()).toHaveLength(before)
  expect(answer).toMatch(/^HTTP\/1\.1 400 /)
  expect(answer).toContain('application/problem+json')
  expect(answer).toContain('cache-control: no-store')
})

/** Sends header lines over a bare socket and gives back all that is answered. */
async function talk(lines: string[]): Promise<string> {
  if (!api.app.server.listening) await api.app.listen({ host: '127.0.0.1', port: 0 })
  const address = api.app.server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  return new Promise((resolve, reject) => {
    const socket = connect(port ?? 0, '127.0.0.1')
    let answer = ''
    socket.setEncoding('utf8').on('data', (text: string) => {
      answer += text
    })
    socket.on('close', () => resolve(answer))
    socket.on('error', (error: NodeJS.ErrnoException) => {
      // The server stops reading a header that is too long.
      if (!['ECONNRESET', 'EPIPE'].includes(error.code ?? '')) reject(error)
    })
    socket.write(`${[...lines, 'connection: close'].join('\r\n')}\r\n\r\n`)
  })
}
