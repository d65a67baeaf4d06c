import { decodeJwt } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { disableAccount, setPasswordHash } from '../../../server/auth-service/store/accounts.js'
import { removeClient } from '../../../server/auth-service/store/clients.js'
import { revokeGrant } from '../../../server/auth-service/store/grants.js'
import {
  type Answer,
  type TestAuthService,
  type Tokens,
  testAuthService,
} from '../../support/auth-service/test-auth-service.js'
import { TEST_RESOURCE } from '../../support/auth-service/test-context.js'

const DAY = 86_400

let service: TestAuthService
beforeEach(async () => {
  service = await testAuthService()
})
afterEach(() => service.close())

const next = (refreshToken: string) => service.nextRefreshToken(refreshToken)

async function expectRefused(refreshToken: string, error = 'invalid_grant'): Promise<void> {
  const answer = await service.refresh(refreshToken)
  expect(answer.status).toBe(400)
  expect(answer.body).toEqual({ error, error_description: expect.any(String) })
}

const tokensOf = ({ body }: Answer) => body as unknown as Tokens

describe('a refresh', () => {
  it('gives new tokens every time, with scope and lifetime (56) (44)', async () => {
    const first = await service.logIn()
    const answer = await service.refresh(first.refresh_token)
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 600,
      scope: first.scope,
      refresh_token: expect.any(String),
      id_token: expect.any(String),
    })
    expect(answer.body['refresh_token']).not.toBe(first.refresh_token)
    expect(answer.body['access_token']).not.toBe(first.access_token)
  })

  it('gives an access token for the same resource, person and sign-in (47)', async () => {
    const first = await service.logIn()
    service.context.advanceSeconds(600)
    const { access_token } = tokensOf(await service.refresh(first.refresh_token))
    const { iat = 0, exp = 0, jti, ...before } = decodeJwt(first.access_token)
    const after = decodeJwt(access_token)
    expect(after).toEqual({ ...before, iat: iat + 600, exp: exp + 600, jti: expect.any(String) })
    expect(after.jti).not.toBe(jti)
  })

  it('gives an ID token of the same sign-in and without the nonce', async () => {
    const first = await service.logIn()
    service.context.advanceSeconds(600)
    const { id_token } = tokensOf(await service.refresh(first.refresh_token))
    const { nonce, iat, exp, at_hash, ...before } = decodeJwt(first.id_token)
    const after = decodeJwt(id_token)
    expect(nonce).toBeTypeOf('string')
    expect(after).toMatchObject(before)
    expect(after).not.toHaveProperty('nonce')
    expect(after.iat).not.toBe(iat)
  })

  it('by another client fails and leaves the owner alone (54)', async () => {
    await service.context.addClient({ id: 'another' })
    const { refresh_token } = await service.logIn()
    for (const resource of [undefined, 'https://other.example']) {
      const form = { client_id: 'another', ...(resource ? { resource } : {}) }
      const answer = await service.refresh(refresh_token, form)
      expect(answer.body).toMatchObject({ error: 'invalid_grant' })
    }
    const spent = refresh_token
    const current = await next(await next(refresh_token))
    service.context.advanceSeconds(120)
    expect((await service.refresh(spent, { client_id: 'another' })).status).toBe(400)
    await next(current)
  })

  it('may ask for less, and gets all of it back with the next token (55)', async () => {
    const first = await service.logIn()
    const narrowed = tokensOf(await service.refresh(first.refresh_token, { scope: 'items:read' }))
    expect(narrowed.scope).toBe('items:read')
    expect(decodeJwt(narrowed.access_token)['scope']).toBe('items:read')
    expect(narrowed).not.toHaveProperty('id_token')
    const again = tokensOf(await service.refresh(narrowed.refresh_token))
    expect(again.scope).toBe(first.scope)
    const other = tokensOf(await service.refresh(again.refresh_token, { scope: 'items:write openid' }))
    expect(other.scope).toBe('items:write openid')
  })

  it.each(['items:delete', 'items:read items:delete', 'offline_access'])(
    'may not ask for %s, which was not granted, and loses nothing by it (55)',
    async (scope) => {
      const { refresh_token } = await service.logIn()
      const answer = await service.refresh(refresh_token, { scope })
      expect(answer.body).toMatchObject({ error: 'invalid_scope' })
      await next(refresh_token)
    },
  )

  it('may repeat the resource and not name another (54) (43)', async () => {
    const { refresh_token } = await service.logIn()
    const other = await service.refresh(refresh_token, { resource: 'https://other.example' })
    expect(other.body).toMatchObject({ error: 'invalid_target' })
    const same = await service.refresh(refresh_token, { resource: TEST_RESOURCE })
    expect(same.status).toBe(200)
  })

  it('fails with any one byte changed, added or missing, and hits no other grant (63) (V17)', async () => {
    const tokens = await service.logIn()
    const other = await service.logIn()
    const bytes = Buffer.from(tokens.refresh_token, 'base64url')
    const mutants = [...tokens.refresh_token].map((_, at) => tokens.refresh_token.slice(0, at))
    mutants.push(tokens.refresh_token.slice(1), `${tokens.refresh_token}A`, `A${tokens.refresh_token}`)
    for (let at = 0; at < bytes.length; at++) {
      for (const bit of [1, 0x80]) {
        const mutant = Buffer.from(bytes)
        mutant[at] = (mutant[at] ?? 0) ^ bit
        mutants.push(mutant.toString('base64url'))
      }
    }
    const statuses = await Promise.all(mutants.map(async (mutant) => (await service.refresh(mutant)).status))
    expect(new Set(statuses)).toEqual(new Set([400]))
    await next(tokens.refresh_token)
    await next(other.refresh_token)
  })

  it.each([
    ['with padding', (token: string) => `${token}=`],
    ['in standard base64', (token: string) => Buffer.from(token, 'base64url').toString('base64')],
    ['with a space', (token: string) => `${token} `],
  ])('fails with another spelling of the same bytes: %s (63)', async (_how, spell) => {
    let { refresh_token } = await service.logIn()
    // Standard base64 differs only where there is a - or a _.
    while (!/[-_]/.test(refresh_token)) refresh_token = (await service.logIn()).refresh_token
    await expectRefused(spell(refresh_token))
  })
})

describe('a grant', () => {
  it('ends when it was not used for its idle lifetime (61)', async () => {
    const { refresh_token } = await service.logIn()
    service.context.advanceSeconds(30 * DAY - 1)
    const current = await next(refresh_token)
    service.context.advanceSeconds(30 * DAY)
    await expectRefused(current)
  })

  it('ends at its absolute lifetime however much it is used (61)', async () => {
    let { refresh_token } = await service.logIn()
    for (let days = 0; days < 364; days += 28) {
      service.context.advanceSeconds(28 * DAY)
      refresh_token = await next(refresh_token)
    }
    service.context.advanceSeconds(DAY)
    await expectRefused(refresh_token)
  })

  const write = (job: Parameters<typeof service.context.store.write>[0]) => service.context.store.write(job)

  it.each([
    ['its account is disabled', (id: string, now: number) => write((db) => disableAccount(db, id, now))],
    [
      'the password is changed',
      (id: string, now: number) => write((db) => setPasswordHash(db, id, 'hash', now)),
    ],
    [
      'its account is deleted',
      (id: string) => write((db) => db.deleteFrom('accounts').where('id', '=', id).execute()),
    ],
  ])('ends when %s (62)', async (_why, change) => {
    const tokens = await service.logIn()
    service.context.advanceSeconds(1)
    await change(service.account.id, service.context.now())
    await expectRefused(tokens.refresh_token)
    expect((await service.introspect(tokens.access_token)).text).toBe('{"active":false}')
  })

  it('ends when it is revoked (62)', async () => {
    const tokens = await service.logIn()
    await write((db) => revokeGrant(db, tokens.grantId, 'for a test', service.context.now()))
    await expectRefused(tokens.refresh_token)
  })

  it('ends with its client, also for a client that is registered anew under its id (62)', async () => {
    const { refresh_token } = await service.logIn()
    await write((db) => removeClient(db, 'authcli'))
    const removed = await service.refresh(refresh_token)
    expect(removed.status).toBe(401)
    expect(removed.body).toMatchObject({ error: 'invalid_client' })
    await service.context.addClient()
    await expectRefused(refresh_token)
  })
})
