import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hashClientSecret } from '../../../server/auth-service/tokens/client-secrets.js'
import { basic, type TestAuthService, testAuthService } from '../../support/auth-service/test-auth-service.js'

const SECRET = Buffer.alloc(32, 9).toString('base64url')

let service: TestAuthService
beforeEach(async () => {
  service = await testAuthService()
})
afterEach(() => service.close())

const revoke = (token: string, form: Record<string, string> = {}) =>
  service.post('/revoke', { client_id: 'authcli', token, ...form })
const isActive = async (token: string) => (await service.introspect(token)).body['active']

describe('revocation', () => {
  it.each([undefined, 'refresh_token', 'access_token', 'nonsense'])(
    'of a refresh token ends its grant with all access tokens, whatever the hint: %s (66)',
    async (hint) => {
      const tokens = await service.logIn()
      const refreshed = await service.refresh(tokens.refresh_token)
      const answer = await revoke(tokens.refresh_token, hint ? { token_type_hint: hint } : {})
      expect(answer).toMatchObject({ status: 200, text: '' })
      expect(await isActive(tokens.access_token)).toBe(false)
      expect(await isActive(String(refreshed.body['access_token']))).toBe(false)
      expect((await service.refresh(String(refreshed.body['refresh_token']))).status).toBe(400)
      const { grantId } = tokens
      expect(service.log).toContainEqual(expect.objectContaining({ event: 'grant-revoked', grantId }))
    },
  )

  it.each([undefined, 'refresh_token', 'access_token'])(
    'of a JWT access token ends this one alone, whatever the hint: %s (66)',
    async (hint) => {
      const tokens = await service.logIn()
      const answer = await revoke(tokens.access_token, hint ? { token_type_hint: hint } : {})
      expect(answer.status).toBe(200)
      expect(await isActive(tokens.access_token)).toBe(false)
      const refreshed = await service.refresh(tokens.refresh_token)
      expect(await isActive(String(refreshed.body['access_token']))).toBe(true)
    },
  )

  it('of a token that is unknown, expired or revoked already is a success (66)', async () => {
    const expired = await service.logIn()
    service.context.advanceSeconds(600)
    const { refresh_token, access_token } = await service.logIn()
    for (const token of [
      'unknown',
      '..',
      expired.access_token,
      access_token,
      refresh_token,
      expired.id_token,
    ]) {
      for (let times = 0; times < 2; times++) {
        expect(await revoke(token)).toMatchObject({ status: 200, text: '' })
      }
    }
  })

  it('by another client is refused and changes nothing (66) (54)', async () => {
    await service.context.addClient({ id: 'another' })
    const tokens = await service.logIn()
    for (const token of [tokens.refresh_token, tokens.access_token]) {
      const answer = await revoke(token, { client_id: 'another' })
      expect(answer.status).toBe(400)
      expect(answer.body).toMatchObject({ error: 'invalid_grant' })
    }
    expect(await isActive(tokens.access_token)).toBe(true)
    expect((await service.refresh(tokens.refresh_token)).status).toBe(200)
  })

  it('by a confidential client needs its secret (66) (34)', async () => {
    const secretHash = hashClientSecret(service.context.settings.secret, SECRET)
    await service.context.addClient({ id: 'web', kind: 'web', secretHash })
    const form = { grant_type: 'refresh_token', client_id: 'web' }
    expect((await service.post('/revoke', { token: 'x', client_id: 'web' })).status).toBe(401)
    expect((await service.post('/revoke', { token: 'x', ...form }, basic('web', SECRET))).status).toBe(200)
  })

  it('needs a client, and a token', async () => {
    expect((await service.post('/revoke', { token: 'x' })).status).toBe(401)
    expect((await service.post('/revoke', { token: 'x', client_id: 'nobody' })).status).toBe(401)
    expect((await service.post('/revoke', { client_id: 'authcli' })).status).toBe(400)
  })

  it('of a spent refresh token ends the grant too: a logout may hold no newer one (66)', async () => {
    const tokens = await service.logIn()
    const { body } = await service.refresh(tokens.refresh_token)
    await service.refresh(String(body['refresh_token']))
    await revoke(tokens.refresh_token)
    expect(await isActive(tokens.access_token)).toBe(false)
  })
})
