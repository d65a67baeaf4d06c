import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { issueCode } from '../../support/auth-service/codes.js'
import {
  codeRequest,
  type TestAuthService,
  testAuthService,
} from '../../support/auth-service/test-auth-service.js'

let service: TestAuthService
beforeEach(async () => {
  service = await testAuthService()
})
afterEach(() => service.close())

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const logIn = (scope = 'openid profile email') => service.logIn({ resource: null, scope })

describe('userinfo', () => {
  it('tells about the person what the scopes allow, to GET and to POST', async () => {
    const { access_token } = await logIn()
    const person = {
      sub: service.account.id,
      name: 'Ada Lovelace',
      preferred_username: 'ada',
      email: 'ada@example.org',
    }
    expect(await service.get('/userinfo', bearer(access_token))).toMatchObject({ status: 200, body: person })
    expect(await service.post('/userinfo', {}, bearer(access_token))).toMatchObject({
      status: 200,
      body: person,
    })
    expect(await service.post('/userinfo', { access_token })).toMatchObject({ status: 200, body: person })
    const bare = await service.app.inject({ method: 'POST', url: '/userinfo', headers: bearer(access_token) })
    expect(bare.json()).toEqual(person)
  })

  it.each([
    ['openid', ['sub']],
    ['openid profile', ['sub', 'name', 'preferred_username']],
    ['openid email', ['sub', 'email']],
  ])('for the scope %s tells %j', async (scope, claims) => {
    const { access_token } = await logIn(scope)
    const { body } = await service.get('/userinfo', bearer(access_token))
    expect(Object.keys(body)).toEqual(claims)
  })

  it('asks for the scope openid', async () => {
    const { access_token } = await logIn('profile')
    const answer = await service.get('/userinfo', bearer(access_token))
    expect(answer.status).toBe(403)
    expect(answer.headers['www-authenticate']).toMatch(
      /^Bearer realm="userinfo", error="insufficient_scope", .*scope="openid"$/,
    )
  })

  it.each([
    ['nothing', '/userinfo', {}],
    ['a token in the URL', '/userinfo?access_token=x', {}],
    ['other credentials', '/userinfo', { authorization: 'Basic eDp5' }],
  ])('answers a request with %s with a bare challenge', async (_what, path, headers) => {
    const answer = await service.get(path, headers)
    expect(answer.status).toBe(401)
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="userinfo"')
  })

  it('takes no token from the URL, though it is a good one', async () => {
    const { access_token } = await logIn()
    const answer = await service.get(`/userinfo?access_token=${access_token}`)
    expect(answer.status).toBe(401)
  })

  it('refuses a token that comes twice', async () => {
    const { access_token } = await logIn()
    const both = await service.post('/userinfo', { access_token }, bearer(access_token))
    const twice = await service.post('/userinfo', [
      ['access_token', access_token],
      ['access_token', access_token],
    ])
    for (const { status, headers } of [both, twice]) {
      expect(status).toBe(400)
      expect(headers['www-authenticate']).toContain('error="invalid_request"')
    }
  })

  it('refuses tokens that do not count, all in the same words', async () => {
    const expired = await logIn()
    service.context.advanceSeconds(600)
    const revoked = await logIn()
    await service.post('/revoke', { client_id: 'authcli', token: revoked.access_token })
    const ended = await logIn()
    await service.post('/revoke', { client_id: 'authcli', token: ended.refresh_token })
    const forTheApi = await service.logIn()
    const tokens = [
      'x',
      expired.access_token,
      revoked.access_token,
      ended.access_token,
      forTheApi.access_token,
      ended.id_token,
      (await logIn()).refresh_token,
    ]
    for (const token of tokens) {
      const answer = await service.get('/userinfo', bearer(token))
      expect(answer.status).toBe(401)
      expect(answer.headers['www-authenticate']).toBe(
        'Bearer realm="userinfo", error="invalid_token", error_description="the access token is invalid, expired or revoked"',
      )
    }
  })

  it('refuses a token of a code that was used twice (29)', async () => {
    const { code } = await issueCode(service.context, { account_id: service.account.id, resource: null })
    const { body } = await service.post('/token', codeRequest(code))
    const headers = bearer(String(body['access_token']))
    expect((await service.get('/userinfo', headers)).status).toBe(200)
    await service.post('/token', codeRequest(code))
    expect((await service.get('/userinfo', headers)).status).toBe(401)
  })

  it('is never stored (46)', async () => {
    const { access_token } = await logIn()
    const answers = [await service.get('/userinfo', bearer(access_token)), await service.get('/userinfo')]
    expect(answers.map(({ headers }) => headers['cache-control'])).toEqual(['no-store', 'no-store'])
  })
})
