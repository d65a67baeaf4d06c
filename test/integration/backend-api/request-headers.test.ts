import { afterEach, expect, it } from 'vitest'
import { bearer, RESOURCE, startTestApi, type TestApi } from '../../support/backend-api/test-api.js'

const SPOOFED = {
  host: 'attacker.example',
  'x-forwarded-for': '203.0.113.7',
  'x-forwarded-host': 'attacker.example',
  'x-forwarded-proto': 'https',
  forwarded: 'for=203.0.113.7;host=attacker.example;proto=https',
  'x-real-ip': '203.0.113.7',
  'x-forwarded-user': 'admin',
  'x-user': 'admin',
  'x-request-id': 'chosen',
}

let api: TestApi
afterEach(() => api.close())

it('no header of a request changes where we say that we are, or who asks (20, V20)', async () => {
  api = await startTestApi()
  const refused = await api.app.inject({ url: '/items', headers: SPOOFED })
  expect(JSON.stringify(refused.headers) + refused.body).not.toContain('attacker')
  expect(refused.headers['www-authenticate']).toContain(RESOURCE)
  const headers = { ...SPOOFED, ...bearer(await api.token()) }
  const added = await api.app.inject({ method: 'POST', url: '/items', headers, payload: { title: 'x' } })
  expect(added.headers.location).toMatch(`${RESOURCE}/items/`)
  const lines = JSON.stringify(api.logLines())
  expect(lines).not.toMatch(/203\.0\.113\.7|admin|chosen/)
})

it('the source of a refused request is the peer, whatever it says, when it is not listed (20)', async () => {
  api = await startTestApi({ settings: { trustedProxies: ['10.0.0.1'] } })
  await api.app.inject({ url: '/items', headers: SPOOFED, remoteAddress: '192.0.2.1' })
  expect(api.logLines().at(-1)).toMatchObject({ source: '192.0.2.1' })
})

it('the source of a refused request is what a listed proxy says (20)', async () => {
  api = await startTestApi({ settings: { trustedProxies: ['10.0.0.0/8', '2001:db8::/32'] } })
  for (const remoteAddress of ['10.0.0.1', '2001:db8::1']) {
    await api.app.inject({ url: '/items', headers: SPOOFED, remoteAddress })
    expect(api.logLines().at(-1)).toMatchObject({ source: '203.0.113.7' })
  }
})
