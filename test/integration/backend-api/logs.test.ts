import { afterEach, expect, it } from 'vitest'
import { bearer, CREDENTIALS, startTestApi, type TestApi } from '../../support/backend-api/test-api.js'

let api: TestApi
afterEach(() => api.close())

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'

function requestLines(): Record<string, unknown>[] {
  return api.logLines().filter(({ msg }) => msg === 'request')
}

it('one line for each request says what was asked and answered, under the trace of the caller', async () => {
  api = await startTestApi()
  const traceparent = `00-${TRACE}-00f067aa0ba902b7-01`
  await api.app.inject({
    url: '/items?limit=1&secret=x',
    headers: { ...bearer(await api.token()), traceparent },
  })
  expect(requestLines()).toEqual([
    {
      level: 30,
      time: expect.any(Number),
      service: 'backend-api',
      requestId: expect.any(String),
      traceId: TRACE,
      method: 'GET',
      path: '/items',
      statusCode: 200,
      ms: expect.any(Number),
      msg: 'request',
    },
  ])
  expect(api.logLines()).toContainEqual(expect.objectContaining({ msg: 'token validated', traceId: TRACE }))
})

it('every request has an id of its own', async () => {
  api = await startTestApi()
  for (let index = 0; index < 3; index += 1) await api.app.inject({ url: '/healthz' })
  expect(new Set(requestLines().map(({ requestId }) => requestId)).size).toBe(3)
})

it.each([
  ['none', {}],
  ['invalid_token', { authorization: 'Bearer x' }],
  ['invalid_request', { authorization: 'Bearer' }],
])('a refused request adds %s', async (error, headers) => {
  api = await startTestApi()
  await api.app.inject({ url: '/items', headers })
  expect(requestLines()).toMatchObject([{ error }])
})

it('an address that can’t be read has its line, without its query', async () => {
  api = await startTestApi()
  await api.app.inject({ url: '/items/%?q=canary' })
  expect(requestLines()).toMatchObject([{ method: 'GET', path: '/items/%', statusCode: 400 }])
})

it('a path with control characters stays one line', async () => {
  api = await startTestApi()
  await api.app.inject({ url: '/%0a%0d%1b[31m' })
  expect(requestLines()).toMatchObject([{ path: '/%0a%0d%1b[31m' }])
})

it('no token, no credential and no query is in any line, whatever happens, at the most talkative level (53)', async () => {
  api = await startTestApi({ mode: 'introspection', settings: { logLevel: 'trace' } })
  const tokens = await Promise.all([api.token(), api.token({ exp: 1 }), api.token({ scope: '' })])
  for (const token of tokens) {
    await api.app.inject({ url: `/items?access_token=${token}&q=canary-query` })
    await api.app.inject({ url: '/items?q=canary-query', headers: bearer(token) })
    await api.app.inject({
      method: 'POST',
      url: '/items',
      headers: bearer(token),
      payload: { title: 'canary-title' },
    })
    await api.app.inject({
      method: 'POST',
      url: '/items',
      headers: bearer(token),
      payload: '{"canary-broken',
    })
  }
  await api.app.inject({
    url: '/items',
    headers: { authorization: 'Bearer canary-garbage', cookie: 'canary-cookie' },
  })
  api.authService.answers.set('/introspect', (response) => response.destroy())
  await api.app.inject({ url: '/items', headers: bearer(await api.token()) })
  await api.store.close()
  await api.app.inject({ url: '/readyz' })
  const written = JSON.stringify(api.logLines())
  expect(written).toContain('request failed')
  for (const token of tokens) {
    for (const part of token.split('.').slice(1)) expect(written).not.toContain(part)
  }
  expect(written).not.toContain('canary')
  expect(written).not.toContain(CREDENTIALS.clientSecret)
  expect(written).not.toContain(Buffer.from(CREDENTIALS.clientSecret).toString('base64').slice(0, 12))
})
