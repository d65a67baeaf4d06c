import { decodeJwt, decodeProtectedHeader } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { setDeviceScopes } from '../../../server/auth-service/store/clients.js'
import { endLoginsForResource, endLoginsOfAccount } from '../../../server/auth-service/store/logins.js'
import { removeResource } from '../../../server/auth-service/store/resources.js'
import {
  type DeviceStart,
  decide,
  poll,
  pollRequest,
  startDevice,
} from '../../support/auth-service/device-logins.js'
import {
  type TestAuthService,
  type Tokens,
  testAuthService,
} from '../../support/auth-service/test-auth-service.js'
import { TEST_RESOURCE } from '../../support/auth-service/test-context.js'

let service: TestAuthService
let start: DeviceStart
beforeEach(async () => {
  service = await testAuthService()
  start = await startDevice(service)
})
afterEach(() => service.close())

const wait = (seconds: number) => service.context.advanceSeconds(seconds)
const errorOf = async () => (await poll(service, start)).body['error']

describe('a device that polls', () => {
  it('waits until the person has decided, and then gets tokens once (73) (75)', async () => {
    expect(await errorOf()).toBe('authorization_pending')
    wait(5)
    expect(await errorOf()).toBe('authorization_pending')
    await decide(service, start)
    wait(5)
    const { status, body, headers } = await poll(service, start)
    expect(status).toBe(200)
    expect(headers['cache-control']).toBe('no-store')
    expect(body).toMatchObject({
      token_type: 'Bearer',
      expires_in: 600,
      scope: 'openid profile items:read',
      access_token: expect.any(String),
      refresh_token: expect.any(String),
      id_token: expect.any(String),
    })
  })

  it('gets tokens as from a code: at+jwt for the resource, an ID token, a refresh token that rotates (47)', async () => {
    await decide(service, start)
    const tokens = (await poll(service, start)).body as unknown as Tokens
    expect(decodeProtectedHeader(tokens.access_token).typ).toBe('at+jwt')
    expect(decodeJwt(tokens.access_token)).toMatchObject({
      iss: 'http://127.0.0.1:9000',
      aud: TEST_RESOURCE,
      sub: service.account.id,
      client_id: 'authcli',
      scope: 'openid profile items:read',
      jti: expect.any(String),
    })
    expect(decodeJwt(tokens.id_token)).toMatchObject({
      aud: 'authcli',
      sub: service.account.id,
      name: 'Ada Lovelace',
    })
    expect(decodeJwt(tokens.id_token)).not.toHaveProperty('nonce')
    expect((await service.introspect(tokens.access_token)).body).toMatchObject({
      active: true,
      username: 'ada',
    })
    const next = await service.nextRefreshToken(tokens.refresh_token)
    expect(next).not.toBe(tokens.refresh_token)
  })

  it('is told to slow down, by five seconds more each time (75)', async () => {
    expect(await errorOf()).toBe('authorization_pending')
    wait(3)
    expect(await errorOf()).toBe('slow_down')
    wait(5)
    expect(await errorOf()).toBe('slow_down')
    wait(10)
    expect(await errorOf()).toBe('slow_down')
    wait(20)
    expect(await errorOf()).toBe('authorization_pending')
  })

  it('that is too fast learns nothing else, and gets its tokens when it has slowed down (75)', async () => {
    await errorOf()
    await decide(service, start)
    expect(await errorOf()).toBe('slow_down')
    wait(10)
    expect((await poll(service, start)).status).toBe(200)
  })

  it('is told that the person declined, as often as it asks (75)', async () => {
    await decide(service, start, 'denied')
    expect(await errorOf()).toBe('access_denied')
    expect(await errorOf()).toBe('access_denied')
  })

  it.each(['allowed', 'undecided'])(
    'is told that ten minutes are over, for a login that is %s (75)',
    async (state) => {
      if (state === 'allowed') await decide(service, start)
      wait(600)
      expect(await errorOf()).toBe('expired_token')
    },
  )

  it('writes one audit line for the start and one for the tokens, tied by the grant, and none for waiting', async () => {
    await errorOf()
    await errorOf()
    await decide(service, start)
    wait(10)
    await poll(service, start)
    const lines = service.log.filter(({ msg }) => msg === 'audit')
    expect(lines.map(({ event }) => event)).toEqual(['device-started', 'token-issued'])
    expect(lines[0]).toMatchObject({ clientId: 'authcli', source: '127.0.0.1', resource: TEST_RESOURCE })
    expect(lines[1]?.['grantId']).toBe(lines[0]?.['grantId'])
  })
})

describe('a device code', () => {
  it('is worth nothing to another client, whose poll changes nothing (73) (V11)', async () => {
    await service.context.addClient({ id: 'other', name: 'Other' })
    await decide(service, start)
    const foreign = await service.post('/token', pollRequest(start.device_code, 'other'))
    expect(foreign.body).toMatchObject({ error: 'invalid_grant' })
    expect((await poll(service, start)).status).toBe(200)
  })

  it('that is used a second time ends the grant of the first (73) (29)', async () => {
    await decide(service, start)
    const { body } = await poll(service, start)
    wait(5)
    expect(await errorOf()).toBe('invalid_grant')
    expect((await service.refresh(String(body['refresh_token']))).body).toMatchObject({
      error: 'invalid_grant',
    })
    expect((await service.introspect(String(body['access_token']))).text).toBe('{"active":false}')
    expect(service.log.some(({ event }) => event === 'code-reused')).toBe(true)
  })

  it('that was sent twice at the same moment gives one set of tokens, which lives (73)', async () => {
    await decide(service, start)
    const { body } = await poll(service, start)
    expect(await errorOf()).toBe('slow_down')
    expect((await service.refresh(String(body['refresh_token']))).status).toBe(200)
  })

  it('changed in any character, or cut, is none (V17)', async () => {
    await decide(service, start)
    const code = start.device_code
    for (let at = 0; at < code.length; at++) {
      const changed = code.slice(0, at) + (code[at] === 'A' ? 'B' : 'A') + code.slice(at + 1)
      const { body } = await service.post('/token', pollRequest(changed))
      expect(body).toMatchObject({ error: 'invalid_grant' })
    }
    for (const cut of [code.slice(0, -1), code.slice(1), `${code}A`, start.user_code]) {
      expect((await service.post('/token', pollRequest(cut))).body).toMatchObject({ error: 'invalid_grant' })
    }
    expect((await service.post('/token', pollRequest(''))).body).toMatchObject({ error: 'invalid_request' })
    expect((await poll(service, start)).status).toBe(200)
  })

  it('gives nothing for another resource than it was asked for (43)', async () => {
    await decide(service, start)
    const form = { ...pollRequest(start.device_code), resource: 'https://other.example' }
    expect((await service.post('/token', form)).body).toMatchObject({ error: 'invalid_target' })
    form.resource = TEST_RESOURCE
    expect((await service.post('/token', form)).status).toBe(200)
  })

  it('gives nothing once its client may not use them any more (72)', async () => {
    await decide(service, start)
    await service.context.store.write((transaction) => setDeviceScopes(transaction, 'authcli', null))
    expect(await errorOf()).toBe('unauthorized_client')
  })

  it('gives nothing once the account was disabled or got another password (62)', async () => {
    const { store, clock } = service.context
    for (const end of [{ disabled_at: 1 }, { disabled_at: null, password_changed_at: clock.now + 1 }]) {
      start = await startDevice(service)
      await decide(service, start)
      await store.write((transaction) =>
        transaction.updateTable('accounts').set(end).where('id', '=', service.account.id).execute(),
      )
      expect(await errorOf()).toBe('invalid_grant')
    }
  })

  it('gives nothing once the logins of the account, or for the resource, were ended', async () => {
    const { store, clock } = service.context
    await decide(service, start)
    await store.write((transaction) => endLoginsOfAccount(transaction, service.account.id, 'test', clock.now))
    expect(await errorOf()).toBe('invalid_grant')
    start = await startDevice(service)
    await decide(service, start)
    await store.write((transaction) => endLoginsForResource(transaction, TEST_RESOURCE, 'test', clock.now))
    expect(await errorOf()).toBe('invalid_grant')
  })

  it('gives nothing for a resource that is registered no more', async () => {
    await decide(service, start)
    await service.context.store.write((transaction) => removeResource(transaction, TEST_RESOURCE))
    expect(await errorOf()).toBe('invalid_grant')
  })
})
