import { decodeJwt } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hashClientSecret } from '../../../server/auth-service/tokens/client-secrets.js'
import {
  basic,
  resourceCredentials,
  type TestAuthService,
  testAuthService,
} from '../../support/auth-service/test-auth-service.js'
import { TEST_RESOURCE, TEST_RESOURCE_SECRET } from '../../support/auth-service/test-context.js'

const OTHER_SECRET = Buffer.alloc(32, 5).toString('base64url')

let service: TestAuthService
beforeEach(async () => {
  service = await testAuthService()
  const introspectionSecretHash = hashClientSecret(service.context.settings.secret, OTHER_SECRET)
  const introspectionClientId = 'other-api'
  await service.context.addResource({
    url: 'https://other.example',
    introspectionClientId,
    introspectionSecretHash,
  })
})
afterEach(() => service.close())

describe('introspection', () => {
  it('tells a resource about an access token for it, and about the person (65)', async () => {
    const { access_token, scope } = await service.logIn()
    const answer = await service.introspect(access_token)
    const { iat, exp, jti, auth_time } = decodeJwt(access_token)
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual({
      active: true,
      iss: 'http://127.0.0.1:9000',
      sub: service.account.id,
      aud: TEST_RESOURCE,
      client_id: 'authcli',
      username: 'ada',
      name: 'Ada Lovelace',
      email: 'ada@example.org',
      scope,
      token_type: 'Bearer',
      iat,
      exp,
      jti,
      auth_time,
    })
  })

  it('leaves out the address of somebody who has none', async () => {
    const account = await service.context.addAccount({ username: 'bob', email: null })
    const { access_token } = await service.logIn({ account_id: account.id })
    expect((await service.introspect(access_token)).body).not.toHaveProperty('email')
  })

  it('answers resources that prove who they are, in the header or in the form (64)', async () => {
    const { access_token } = await service.logIn()
    const inForm = await service.post('/introspect', {
      token: access_token,
      client_id: 'backend-api',
      client_secret: TEST_RESOURCE_SECRET,
    })
    expect(inForm.body['active']).toBe(true)
  })

  it.each([
    ['nobody', {}, {}],
    ['a resource without its secret', {}, { client_id: 'backend-api' }],
    ['a resource with a wrong secret', basic('backend-api', OTHER_SECRET), {}],
    ['a public client', {}, { client_id: 'authcli' }],
    ['a bearer of a token', { authorization: 'Bearer x' }, {}],
  ])('answers %s with 401 (64) (34)', async (_who, headers, form) => {
    const { access_token } = await service.logIn()
    const answer = await service.post('/introspect', { token: access_token, ...form }, headers)
    expect(answer.status).toBe(401)
    expect(answer.body).toMatchObject({ error: 'invalid_client' })
  })

  it('answers a confidential client, which is no resource, with 401 (64)', async () => {
    const secretHash = hashClientSecret(service.context.settings.secret, OTHER_SECRET)
    await service.context.addClient({ id: 'web', kind: 'web', secretHash })
    const { access_token } = await service.logIn()
    const answer = await service.post('/introspect', { token: access_token }, basic('web', OTHER_SECRET))
    expect(answer.status).toBe(401)
  })

  it('needs a token', async () => {
    const answer = await service.post('/introspect', {}, resourceCredentials())
    expect(answer.body).toMatchObject({ error: 'invalid_request' })
  })

  it('says the same of every token that does not count, to the byte (65)', async () => {
    const expired = await service.logIn()
    service.context.advanceSeconds(600)
    const revoked = await service.logIn()
    await service.post('/revoke', { client_id: 'authcli', token: revoked.access_token })
    const ended = await service.logIn()
    await service.post('/revoke', { client_id: 'authcli', token: ended.refresh_token })
    const foreign = await service.logIn({ resource: 'https://other.example' })
    const userinfo = await service.logIn({ resource: null })
    const { access_token } = await service.logIn()
    const [header, payload, signature] = access_token.split('.')
    const tokens = {
      unknown: 'x'.repeat(40),
      malformed: '\0{"',
      'three empty parts': '..',
      'signed by nobody': `${header}.${payload}.`,
      'signed for another payload': `${header}.${expired.access_token.split('.')[1]}.${signature}`,
      expired: expired.access_token,
      revoked: revoked.access_token,
      'of an ended grant': ended.access_token,
      'for another resource': foreign.access_token,
      'for userinfo': userinfo.access_token,
      'an ID token': userinfo.id_token,
      'a refresh token for another resource': foreign.refresh_token,
      'a refresh token of an ended grant': ended.refresh_token,
    }
    const inactive = { status: 200, text: '{"active":false}' }
    for (const [kind, token] of Object.entries(tokens)) {
      if (kind === 'malformed') continue
      expect({ kind, ...(await service.introspect(token)) }).toMatchObject({ kind, ...inactive })
    }
    const headers = new Set(
      await Promise.all(
        Object.values(tokens).map(async (token) => {
          const { 'content-length': length, ...rest } = (await service.introspect(token)).headers
          return Object.keys(rest).sort().join()
        }),
      ),
    )
    expect(headers.size).toBe(1)
  })

  it('writes the exact reason to the log and nowhere else (65)', async () => {
    const { access_token } = await service.logIn()
    service.context.advanceSeconds(600)
    await service.introspect(access_token)
    expect(service.log).toContainEqual(
      expect.objectContaining({ msg: 'token not active', reason: expect.stringContaining('expired') }),
    )
  })

  it('tells the other resource about its own tokens (65)', async () => {
    const { access_token } = await service.logIn({ resource: 'https://other.example' })
    const form = { token: access_token }
    const answer = await service.post('/introspect', form, basic('other-api', OTHER_SECRET))
    expect(answer.body).toMatchObject({ active: true, aud: 'https://other.example' })
  })

  it('ignores token_type_hint, right or wrong', async () => {
    const { access_token } = await service.logIn()
    for (const hint of ['access_token', 'refresh_token', 'nonsense']) {
      const form = { token: access_token, token_type_hint: hint }
      expect((await service.post('/introspect', form, resourceCredentials())).body['active']).toBe(true)
    }
  })
})

describe('introspection of a refresh token', () => {
  it('says that it counts, and nothing that an access token is accepted for (48)', async () => {
    const { refresh_token } = await service.logIn()
    const { body } = await service.introspect(refresh_token)
    expect(body).toEqual({
      active: true,
      iss: 'http://127.0.0.1:9000',
      sub: service.account.id,
      client_id: 'authcli',
      username: 'ada',
      exp: service.context.clock.now / 1000 + 30 * 86_400,
    })
  })

  it('changes nothing about it', async () => {
    const { refresh_token } = await service.logIn()
    await service.introspect(refresh_token)
    const { body } = await service.refresh(refresh_token)
    service.context.advanceSeconds(600)
    await service.refresh(String(body['refresh_token']))
    expect((await service.introspect(refresh_token)).text).toBe('{"active":false}')
    expect((await service.introspect(refresh_token)).text).toBe('{"active":false}')
    expect(service.log.map(({ event }) => event)).not.toContain('reuse-found')
  })
})
