import { decodeJwt, decodeProtectedHeader } from 'jose'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { disableAccount, setPasswordHash } from '../../../server/auth-service/store/accounts.js'
import { findGrant } from '../../../server/auth-service/store/grants.js'
import { removeResource } from '../../../server/auth-service/store/resources.js'
import { hashClientSecret } from '../../../server/auth-service/tokens/client-secrets.js'
import { issueCode, TEST_CODE_VERIFIER, TEST_REDIRECT_URI } from '../../support/auth-service/codes.js'
import {
  type Answer,
  codeRequest,
  type TestAuthService,
  testAuthService,
} from '../../support/auth-service/test-auth-service.js'
import { TEST_RESOURCE } from '../../support/auth-service/test-context.js'

let service: TestAuthService
beforeEach(async () => {
  service = await testAuthService()
})
afterEach(() => service.close())

const newCode = (code = {}) => issueCode(service.context, { account_id: service.account.id, ...code })
const redeem = (code: string, form: Record<string, string> = {}) =>
  service.post('/token', { ...codeRequest(code), ...form })
const without = (name: string, form: Record<string, string>) =>
  Object.fromEntries(Object.entries(form).filter(([key]) => key !== name))

function expectRefused(answer: Answer, error = 'invalid_grant'): void {
  expect(answer.status).toBe(400)
  expect(answer.body).toEqual({ error, error_description: expect.any(String) })
}

describe('a code', () => {
  it('gives tokens, and says how long they live and for what they are (44)', async () => {
    const { code } = await newCode()
    const answer = await redeem(code)
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 600,
      scope: 'openid profile email items:read items:write',
      refresh_token: expect.any(String),
      id_token: expect.any(String),
    })
  })

  it('gives an access token that says everything that RFC 9068 wants (47)', async () => {
    const { code, grantId } = await newCode()
    const token = String((await redeem(code)).body['access_token'])
    const seconds = service.context.clock.now / 1000
    expect(decodeProtectedHeader(token)).toMatchObject({ typ: 'at+jwt', alg: 'ES256' })
    expect(decodeJwt(token)).toEqual({
      iss: 'http://127.0.0.1:9000',
      sub: service.account.id,
      aud: TEST_RESOURCE,
      client_id: 'authcli',
      scope: 'openid profile email items:read items:write',
      iat: seconds,
      exp: seconds + 600,
      auth_time: seconds,
      jti: expect.stringMatching(/^[\w-]{27,}$/),
      gid: grantId,
    })
  })

  it('gives an ID token with the nonce, only for the scope openid', async () => {
    const { code } = await newCode({ nonce: 'n-0S6_WzA2Mj' })
    expect(decodeJwt(String((await redeem(code)).body['id_token']))).toMatchObject({
      aud: 'authcli',
      sub: service.account.id,
      nonce: 'n-0S6_WzA2Mj',
    })
    const plain = await newCode({ scope: 'items:read' })
    expect((await redeem(plain.code)).body).not.toHaveProperty('id_token')
  })

  it('without a resource gives an access token for the userinfo endpoint (43)', async () => {
    const { code } = await newCode({ resource: null, scope: 'openid' })
    const token = String((await redeem(code)).body['access_token'])
    expect(decodeJwt(token).aud).toBe('http://127.0.0.1:9000/userinfo')
  })

  it.each(['not-a-code', 'x'.repeat(43)])('is refused when it is %s', async (code) => {
    expectRefused(await redeem(code))
  })

  it('is refused 60 s after it was made (27)', async () => {
    const [young, old] = [await newCode(), await newCode()]
    service.context.advanceSeconds(59)
    expect((await redeem(young.code)).status).toBe(200)
    service.context.advanceSeconds(2)
    expectRefused(await redeem(old.code))
  })

  it('is refused with one character changed anywhere, or missing (63) (V17)', async () => {
    const { code } = await newCode()
    for (let at = 0; at < code.length; at++) {
      const other = code[at] === 'A' ? 'B' : 'A'
      expectRefused(await redeem(code.slice(0, at) + other + code.slice(at + 1)))
      expectRefused(await redeem(code.slice(0, at) + code.slice(at + 1)))
    }
    expectRefused(await redeem(`${code}A`))
    expect((await redeem(code)).status).toBe(200)
  })
})

describe('a code verifier', () => {
  it.each([
    ['absent', undefined],
    ['empty', ''],
    ['too short', TEST_CODE_VERIFIER.slice(1)],
    ['too long', 'a'.repeat(129)],
    ['of another code', 'a'.repeat(43)],
  ])('that is %s is refused and uses the code up (23) (30) (V4)', async (_what, verifier) => {
    const { code } = await newCode()
    const form = without('code_verifier', codeRequest(code))
    expectRefused(
      await service.post('/token', verifier === undefined ? form : { ...form, code_verifier: verifier }),
    )
    expectRefused(await redeem(code))
  })

  it('that is sent as a list is absent (23) (V4)', async () => {
    const { code } = await newCode()
    const form = without('code_verifier', codeRequest(code))
    expectRefused(await service.post('/token', { ...form, 'code_verifier[]': TEST_CODE_VERIFIER }))
  })

  it('is refused for a code without a challenge (23) (V5)', async () => {
    const { code } = await newCode({ code_challenge: null })
    expectRefused(await redeem(code, { redirect_uri: TEST_REDIRECT_URI }))
  })
})

describe('a code is bound', () => {
  it('to its client, whose code another client does not use up (26) (30)', async () => {
    await service.context.addClient({ id: 'another' })
    const { code } = await newCode()
    expectRefused(await redeem(code, { client_id: 'another' }))
    expectRefused(await redeem(code, { client_id: 'another', code_verifier: 'a'.repeat(43) }))
    expect((await redeem(code)).status).toBe(200)
  })

  it('to its client, which alone can end a grant by a second use (26) (30)', async () => {
    await service.context.addClient({ id: 'another' })
    const { code } = await newCode()
    const { refresh_token } = (await redeem(code)).body
    expectRefused(await redeem(code, { client_id: 'another' }))
    expect((await service.refresh(String(refresh_token))).status).toBe(200)
  })

  it.each([
    'http://127.0.0.1:49153/callback',
    'http://127.0.0.1:49152/callback/',
    'http://127.0.0.1:49152/callback?a=b',
    'HTTP://127.0.0.1:49152/callback',
    'http://127.0.0.1/callback',
  ])('to its redirect URI, which %s is not (26)', async (redirectUri) => {
    const { code } = await newCode()
    expectRefused(await redeem(code, { redirect_uri: redirectUri }))
    expect((await redeem(code, { redirect_uri: TEST_REDIRECT_URI })).status).toBe(200)
  })

  it('to its redirect URI, which must be sent where there is no PKCE (26)', async () => {
    const secret = 'secret'
    const secretHash = hashClientSecret(service.context.settings.secret, secret)
    await service.context.addClient({ id: 'web', kind: 'web', secretHash, requirePkce: false })
    const { code } = await newCode({ client_id: 'web', code_challenge: null })
    const form = { grant_type: 'authorization_code', client_id: 'web', client_secret: secret, code }
    expectRefused(await service.post('/token', form))
    const answer = await service.post('/token', { ...form, redirect_uri: TEST_REDIRECT_URI })
    expect(answer.status).toBe(200)
  })

  it.each(['https://other.example', `${TEST_RESOURCE}/items`, 'not a URI', `${TEST_RESOURCE}#x`])(
    'to its resource, which %s is not (26) (43)',
    async (resource) => {
      const { code } = await newCode()
      expectRefused(await redeem(code, { resource }), 'invalid_target')
      expect((await redeem(code, { resource: TEST_RESOURCE })).status).toBe(200)
    },
  )

  it('to no resource, which none can be added to (43)', async () => {
    const { code } = await newCode({ resource: null })
    expectRefused(await redeem(code, { resource: TEST_RESOURCE }), 'invalid_target')
  })
})

describe('a second redemption', () => {
  it('fails, and ends the tokens of the first (29) (V3)', async () => {
    const { code, grantId } = await newCode()
    const { access_token, refresh_token } = (await redeem(code)).body
    expect((await service.introspect(String(access_token))).body['active']).toBe(true)
    service.context.advanceSeconds(30)
    expectRefused(await redeem(code))
    expect((await service.introspect(String(access_token))).text).toBe('{"active":false}')
    expectRefused(await service.refresh(String(refresh_token)))
    expect(service.log).toContainEqual(expect.objectContaining({ event: 'code-reused', grantId }))
  })

  it('is recognised after the code has expired, and with a wrong verifier (29)', async () => {
    const { code } = await newCode()
    const { refresh_token } = (await redeem(code)).body
    service.context.advanceSeconds(3600)
    expectRefused(await redeem(code, { code_verifier: 'a'.repeat(43) }))
    expectRefused(await service.refresh(String(refresh_token)))
  })

  it('ends the login of the first even when it was found before that and has a wrong verifier (29)', async () => {
    const { code, grantId } = await newCode()
    const { store } = service.context
    const { write } = store
    vi.spyOn(store, 'write').mockImplementationOnce(async (job) => {
      expect((await redeem(code)).status).toBe(200)
      return write(job)
    })
    expectRefused(await redeem(code, { code_verifier: 'a'.repeat(43) }))
    expect(await findGrant(store.read, grantId)).toMatchObject({ revokedAt: expect.any(Number) })
  })

  it('ends no other login of the same person (29)', async () => {
    const other = await service.logIn()
    const { code } = await newCode()
    await redeem(code)
    await redeem(code)
    expect((await service.refresh(other.refresh_token)).status).toBe(200)
  })
})

describe('a code for a resource', () => {
  it('that was removed meanwhile is refused, and gives nothing when the resource comes back', async () => {
    const { code } = await newCode()
    const { store, addResource } = service.context
    await store.write((transaction) => removeResource(transaction, TEST_RESOURCE))
    expectRefused(await redeem(code))
    await addResource()
    expectRefused(await redeem(code))
  })
})

describe('a code of an account', () => {
  it('that was disabled meanwhile is refused (62)', async () => {
    const { code } = await newCode()
    const { store, now } = service.context
    await store.write((transaction) => disableAccount(transaction, service.account.id, now()))
    expectRefused(await redeem(code))
  })

  it('whose password was changed meanwhile is refused (62)', async () => {
    const { code } = await newCode()
    service.context.advanceSeconds(1)
    const { store, now } = service.context
    await store.write((transaction) => setPasswordHash(transaction, service.account.id, 'hash', now()))
    expectRefused(await redeem(code))
  })
})

describe('a refresh token', () => {
  const secret = 'secret'
  const logInAsWeb = async (scope: string) => {
    const secretHash = hashClientSecret(service.context.settings.secret, secret)
    await service.context.addClient({ id: 'web', kind: 'web', secretHash })
    const { code } = await newCode({ client_id: 'web', scope })
    return (await redeem(code, { client_id: 'web', client_secret: secret })).body
  }

  it('is given to a native client without being asked for', async () => {
    expect((await service.logIn({ scope: 'items:read' })).refresh_token).toBeTypeOf('string')
  })

  it('is given to a web client that has offline_access', async () => {
    expect(await logInAsWeb('openid offline_access')).toHaveProperty('refresh_token')
  })

  it('is not given to one that has not', async () => {
    expect(await logInAsWeb('openid items:read')).not.toHaveProperty('refresh_token')
  })
})
