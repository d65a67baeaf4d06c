import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hashClientSecret } from '../../../server/auth-service/tokens/client-secrets.js'
import { DEVICE_REQUEST, rowOf, startDevice } from '../../support/auth-service/device-logins.js'
import { basic, type TestAuthService, testAuthService } from '../../support/auth-service/test-auth-service.js'
import { TEST_RESOURCE } from '../../support/auth-service/test-context.js'
import { PROJECT_ROOT } from '../../support/project-root.js'

const PATH = '/device_authorization'
let service: TestAuthService
beforeEach(async () => {
  service = await testAuthService()
})
afterEach(() => service.close())

const errorFor = async (form: Record<string, string>, headers = {}) => {
  const { status, body } = await service.post(PATH, form, headers)
  return [status, body['error']]
}

describe('the device authorization endpoint', () => {
  it('gives a device a code to poll with, and one for the person with a link', async () => {
    const { status, headers, body } = await service.post(PATH, DEVICE_REQUEST)
    expect(status).toBe(200)
    expect(headers['cache-control']).toBe('no-store')
    expect(body).toEqual({
      device_code: expect.stringMatching(/^[\w-]{43}$/),
      user_code: expect.stringMatching(/^[B-Z]{4}-[B-Z]{4}$/),
      verification_uri: 'http://127.0.0.1:9000/auth/device',
      verification_uri_complete: `http://127.0.0.1:9000/auth/device?user_code=${body['user_code']}`,
      expires_in: 600,
      interval: 5,
    })
  })

  it('is below the path of the issuer', async () => {
    const tenant = await testAuthService({ issuer: 'https://login.example/tenant' })
    const { body } = await tenant.post(`/tenant${PATH}`, DEVICE_REQUEST)
    expect(body['verification_uri']).toBe('https://login.example/tenant/auth/device')
    await tenant.close()
  })

  it('stores neither code, and no two alike (32)', async () => {
    const starts = [await startDevice(service), await startDevice(service)]
    expect(new Set(starts.flatMap((start) => [start.device_code, start.user_code])).size).toBe(4)
    const rows = await service.context.store.read.selectFrom('device_authorizations').selectAll().execute()
    const text = JSON.stringify([rows, service.log])
    for (const { device_code, user_code } of starts) {
      expect(text).not.toContain(device_code)
      expect(text).not.toContain(user_code)
      expect(text).not.toContain(user_code.replace('-', ''))
    }
  })

  it('takes the scopes of the resource where none are asked for, and leaves out unknown ones (44)', async () => {
    const scopeOf = async (form: Record<string, string>) =>
      (await rowOf(service.context, (await startDevice(service, form)).user_code)).scope
    expect(await scopeOf({ scope: '' })).toBe('items:read items:write')
    expect(await scopeOf({ scope: 'openid nothing:known items:read' })).toBe('openid items:read')
    expect(await errorFor({ ...DEVICE_REQUEST, scope: 'nothing:known' })).toEqual([400, 'invalid_scope'])
    expect(await errorFor({ ...DEVICE_REQUEST, scope: 'two  spaces' })).toEqual([400, 'invalid_scope'])
  })

  it('knows resources as the authorization endpoint does (43)', async () => {
    for (const resource of ['https://other.example', '/relative', `${TEST_RESOURCE}#part`]) {
      expect(await errorFor({ ...DEVICE_REQUEST, resource })).toEqual([400, 'invalid_target'])
    }
    const { user_code } = await startDevice(service, { resource: '', scope: 'openid' })
    expect((await rowOf(service.context, user_code)).resource).toBeNull()
  })

  it('has its risks written down, with the tests that hold it to them (72)', () => {
    const text = readFileSync(join(PROJECT_ROOT, 'docs', 'device-grant.md'), 'utf8')
    const tests = [...text.matchAll(/\]\(\.\.\/(test\/[^)]+)\)/g)].map(([, path = '']) => path)
    expect(tests.length).toBeGreaterThan(5)
    expect(tests.filter((path) => !existsSync(join(PROJECT_ROOT, path)))).toEqual([])
  })

  it('is there for no client that an operator has not let it use (72)', async () => {
    await service.context.addClient({ id: 'other', deviceScopes: null })
    expect(await errorFor({ ...DEVICE_REQUEST, client_id: 'other' })).toEqual([400, 'unauthorized_client'])
  })

  it('gives a client no more than an operator lets it have on other devices (72)', async () => {
    await service.context.addClient({ id: 'reader', deviceScopes: ['openid', 'items:read'] })
    const scope = 'openid profile items:read items:write'
    const { user_code } = await startDevice(service, { client_id: 'reader', scope })
    expect((await rowOf(service.context, user_code)).scope).toBe('openid items:read')
    const form = { ...DEVICE_REQUEST, client_id: 'reader', scope: 'items:write' }
    expect(await errorFor(form)).toEqual([400, 'invalid_scope'])
  })

  it('knows its clients, and wants the secret of those that have one (34) (37)', async () => {
    const { settings, addClient } = service.context
    const redirectUris = ['https://web.example/callback']
    await addClient({
      id: 'web',
      kind: 'web',
      redirectUris,
      secretHash: hashClientSecret(settings.secret, 'a secret'),
    })
    const { client_id: _none, ...nobody } = DEVICE_REQUEST
    expect(await errorFor(nobody)).toEqual([401, 'invalid_client'])
    expect(await errorFor({ ...DEVICE_REQUEST, client_id: 'nobody' })).toEqual([401, 'invalid_client'])
    expect(await errorFor({ ...DEVICE_REQUEST, client_id: 'web' })).toEqual([401, 'invalid_client'])
    expect((await service.post(PATH, nobody, basic('web', 'a secret'))).status).toBe(200)
  })

  it('takes a form post and nothing else, with each parameter once (12) (13)', async () => {
    expect((await service.get(PATH)).status).toBe(405)
    expect((await service.post(PATH, '{}', { 'content-type': 'application/json' })).status).toBe(415)
    expect((await service.post(`${PATH}?client_id=authcli`, DEVICE_REQUEST)).status).toBe(400)
    for (const name of ['client_id', 'scope']) {
      const form: [string, string][] = [...Object.entries(DEVICE_REQUEST), [name, 'again']]
      expect((await service.post(PATH, form)).body).toMatchObject({ error: 'invalid_request' })
    }
    expect(await errorFor({ ...DEVICE_REQUEST, scope: 'openid\0' })).toEqual([400, 'invalid_request'])
  })

  it('starts a hundred logins for one source in ten minutes, and then makes it wait (74)', async () => {
    for (let starts = 0; starts < 100; starts++) await startDevice(service)
    const { status, headers, body } = await service.post(PATH, DEVICE_REQUEST)
    expect([status, body['error'], headers['retry-after']]).toEqual([429, 'temporarily_unavailable', '60'])
    expect(service.log.filter(({ event }) => event === 'throttled')).toHaveLength(1)
    service.context.advanceSeconds(600)
    expect((await service.post(PATH, DEVICE_REQUEST)).status).toBe(200)
  })

  it('is announced with its grant type', async () => {
    const { body } = await service.get('/.well-known/oauth-authorization-server')
    expect(body['device_authorization_endpoint']).toBe('http://127.0.0.1:9000/device_authorization')
    expect(body['grant_types_supported']).toContain('urn:ietf:params:oauth:grant-type:device_code')
  })
})
