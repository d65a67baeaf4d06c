import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { issueCode } from '../../support/auth-service/codes.js'
import {
  codeRequest,
  refreshRequest,
  resourceCredentials,
  type TestAuthService,
  testAuthService,
} from '../../support/auth-service/test-auth-service.js'
import { TEST_RESOURCE } from '../../support/auth-service/test-context.js'

let service: TestAuthService
beforeAll(async () => {
  service = await testAuthService()
})
afterAll(() => service.close())

const FORM = 'application/x-www-form-urlencoded'
const BACK_CHANNEL = ['/token', '/introspect', '/revoke']

describe('the token endpoint', () => {
  it.each([
    'password',
    'implicit',
    'urn:ietf:params:oauth:grant-type:token-exchange',
    'urn:ietf:params:oauth:grant-type:jwt-bearer',
    'constructor',
    '__proto__',
  ])('refuses the grant %s (17)', async (grantType) => {
    const form = { grant_type: grantType, client_id: 'authcli', username: 'ada', password: 'secret' }
    const answer = await service.post('/token', form)
    expect(answer.status).toBe(400)
    expect(answer.body).toMatchObject({ error: 'unsupported_grant_type' })
  })

  it.each([
    ['grant_type', { client_id: 'authcli' }],
    ['code', { client_id: 'authcli', grant_type: 'authorization_code' }],
    ['refresh_token', { client_id: 'authcli', grant_type: 'refresh_token' }],
  ])('says that %s is missing', async (name, form) => {
    const answer = await service.post('/token', form)
    expect(answer.status).toBe(400)
    expect(answer.body).toEqual({ error: 'invalid_request', error_description: `${name} is missing` })
  })

  it('ignores parameters that it does not know (12)', async () => {
    const { code } = await issueCode(service.context, { account_id: service.account.id })
    const answer = await service.post('/token', {
      ...codeRequest(code),
      display: 'page',
      'code[]': 'x',
      empty: '',
    })
    expect(answer.status).toBe(200)
  })

  it.each(Object.keys({ ...codeRequest(''), redirect_uri: '', client_secret: '', scope: '', unknown: '' }))(
    'refuses a second %s, and leaves the code alone (12)',
    async (name) => {
      const { code } = await issueCode(service.context, { account_id: service.account.id })
      const form = codeRequest(code)
      for (const second of [form[name] ?? 'x', 'another', '']) {
        const first: [string, string][] = form[name] === undefined ? [[name, 'x']] : []
        const doubled = await service.post('/token', [...Object.entries(form), ...first, [name, second]])
        expect(doubled.status).toBe(400)
        expect(doubled.body).toMatchObject({ error: 'invalid_request' })
      }
      expect((await service.post('/token', form)).status).toBe(200)
    },
  )

  it.each(Object.keys(refreshRequest('')))(
    'refuses a second %s beside a refresh token, and leaves the token alone (12)',
    async (name) => {
      const { refresh_token } = await service.logIn()
      const form = refreshRequest(refresh_token)
      const doubled = await service.post('/token', [...Object.entries(form), [name, form[name] ?? '']])
      expect(doubled.body).toMatchObject({ error: 'invalid_request' })
      const answer = await service.post('/token', form)
      expect(answer.status).toBe(200)
    },
  )

  it('takes resource twice if it is the same (12)', async () => {
    const { code } = await issueCode(service.context, { account_id: service.account.id })
    const twice: [string, string][] = [
      ['resource', TEST_RESOURCE],
      ['resource', TEST_RESOURCE],
    ]
    expect((await service.post('/token', [...Object.entries(codeRequest(code)), ...twice])).status).toBe(200)
  })
})

describe.each(BACK_CHANNEL)('%s', (path) => {
  it.each(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const)(
    'does not answer %s, and says what it answers (13)',
    async (method) => {
      for (const headers of [{}, { 'content-type': FORM }]) {
        const answer = await service.app.inject({ method, url: path, headers })
        expect(answer.statusCode).toBe(405)
        expect(answer.headers['allow']).toBe('POST')
      }
    },
  )

  it.each([
    'application/json',
    'text/plain',
    'multipart/form-data; boundary=x',
    'application/xml',
    'application/x-www-form-urlencodedx',
    'nonsense',
  ])('reads no body of type %s (13)', async (type) => {
    const headers = { 'content-type': type }
    const answer = await service.app.inject({ method: 'POST', url: path, headers, payload: '{"token":"x"}' })
    expect(answer.statusCode).toBe(415)
    expect(answer.json()).toMatchObject({ error: 'invalid_request' })
  })

  it('takes a form with a charset, and needs a body (13)', async () => {
    const headers = { 'content-type': `${FORM}; charset=UTF-8`, ...resourceCredentials() }
    const withCharset = await service.app.inject({ method: 'POST', url: path, headers, payload: 'token=x' })
    expect(withCharset.statusCode).not.toBe(415)
    const bare = await service.app.inject({ method: 'POST', url: path })
    expect([400, 401]).toContain(bare.statusCode)
  })

  it.each(['client_secret=x', 'token=x', 'unknown=x'])(
    'refuses the query %j, because URLs end up in logs (35) (12)',
    async (query) => {
      const answer = await service.post(`${path}?${query}`, { client_id: 'authcli', token: 'x' })
      expect(answer.status).toBe(400)
      expect(answer.body).toMatchObject({ error: 'invalid_request' })
    },
  )

  it('refuses a body of more than 64 KiB (13)', async () => {
    const answer = await service.post(path, { token: 'x'.repeat(65 * 1024) })
    expect(answer.status).toBe(413)
    expect(answer.body).toMatchObject({ error: 'invalid_request' })
  })

  it('is never stored, on success and on error, and lets no other origin in (46)', async () => {
    const { refresh_token } = await service.logIn()
    const origin = { origin: 'https://evil.example' }
    const answers = [
      path === '/introspect'
        ? await service.post(path, { token: refresh_token }, { ...resourceCredentials(), ...origin })
        : await service.post(path, { ...refreshRequest(refresh_token), token: refresh_token }, origin),
      await service.post(path, { client_id: 'nobody', token: 'x' }, origin),
      await service.post(path, '', origin),
    ]
    for (const { headers } of answers) {
      expect(headers['cache-control']).toBe('no-store')
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([])
    }
    expect(answers.map(({ status }) => status < 300)).toEqual([true, false, false])
  })

  it('answers input of every kind in the words of the RFC, inside the characters that it allows (16) (13)', async () => {
    const odd = ['\0', '"', '\\', '\r\n', 'é', '💥', '<script>', '%', '%zz', '\u202e', 'a'.repeat(5000), '{}']
    for (const value of odd) {
      for (const name of [
        'grant_type',
        'client_id',
        'code',
        'refresh_token',
        'token',
        'scope',
        'resource',
        value,
      ]) {
        const form: [string, string][] = [
          ['client_id', 'authcli'],
          ['grant_type', 'refresh_token'],
          ['token', 'x'],
          [name, value],
          [name, value],
        ]
        for (const pairs of [form, form.slice(0, -1), form.slice(3)]) {
          const { status, body } = await service.post(path, pairs)
          expect(status).toBeLessThan(500)
          if (status === 200 && path === '/revoke') continue
          expect(body['error']).toMatch(/^[a-z_]+$/)
          expect(body['error_description']).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/)
        }
      }
    }
  })
})

describe('the log', () => {
  it('has one line for a request, with its trace and without its query', async () => {
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
    service.log.length = 0
    await service.get('/userinfo?access_token=secret', { traceparent: `00-${traceId}-00f067aa0ba902b7-01` })
    const lines = service.log.filter(({ msg }) => msg === 'request')
    expect(lines).toEqual([
      expect.objectContaining({
        level: 30,
        service: 'auth-service',
        traceId,
        requestId: expect.any(String),
        method: 'GET',
        path: '/userinfo',
        statusCode: 401,
        ms: expect.any(Number),
      }),
    ])
    expect(JSON.stringify(service.log)).not.toContain('secret')
  })

  it('ties a code, its tokens and their refreshes together by the grant', async () => {
    service.log.length = 0
    const tokens = await service.logIn()
    await service.refresh(tokens.refresh_token)
    await service.refresh(`${tokens.refresh_token}x`)
    const { grantId } = tokens
    const audited = service.log.filter(({ msg }) => msg === 'audit')
    expect(audited).toEqual([
      expect.objectContaining({
        event: 'token-issued',
        grantId,
        accountId: service.account.id,
        clientId: 'authcli',
      }),
      expect.objectContaining({ event: 'refreshed', grantId, resource: TEST_RESOURCE }),
      expect.objectContaining({ event: 'refresh-refused', clientId: 'authcli', reason: expect.any(String) }),
    ])
  })

  it('holds no token, code or verifier (53)', async () => {
    const tokens = await service.logIn()
    const refreshed = await service.refresh(tokens.refresh_token)
    await service.introspect(tokens.access_token)
    await service.post('/revoke', { client_id: 'authcli', token: tokens.access_token })
    const written = JSON.stringify(service.log)
    for (const { access_token, refresh_token, id_token } of [tokens, refreshed.body]) {
      for (const secret of [access_token, refresh_token, id_token]) expect(written).not.toContain(secret)
    }
    expect(written).not.toContain(codeRequest('')['code_verifier'])
  })
})
