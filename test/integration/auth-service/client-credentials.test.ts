import { decodeJwt, decodeProtectedHeader } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findClientAccess } from '../../../server/auth-service/store/client-access.js'
import { removeClient } from '../../../server/auth-service/store/clients.js'
import { putResource, removeResource } from '../../../server/auth-service/store/resources.js'
import { hashClientSecret } from '../../../server/auth-service/tokens/client-secrets.js'
import { signToken } from '../../../server/auth-service/tokens/signed-token.js'
import { authorizationPath } from '../../support/auth-service/authorization-requests.js'
import { TEST_REDIRECT_URI } from '../../support/auth-service/codes.js'
import { DATABASES, type TestDatabase } from '../../support/auth-service/databases.js'
import {
  addServiceClient,
  requestAsService,
  SERVICE_ID,
  SERVICE_SECRET,
} from '../../support/auth-service/service-client.js'
import { basic, type TestAuthService, testAuthService } from '../../support/auth-service/test-auth-service.js'
import { TEST_RESOURCE } from '../../support/auth-service/test-context.js'

describe.each(DATABASES)('on $name', ({ make }) => {
  let database: TestDatabase
  let service: TestAuthService
  beforeEach(async () => {
    database = await make()
    const store = await database.open()
    service = await testAuthService({}, { ...store, path: '', remove: () => store.close() })
    await addServiceClient(service)
  })
  afterEach(() => database.remove())

  const ask = (form?: Parameters<typeof requestAsService>[1]) => requestAsService(service, form)
  const write = (job: Parameters<typeof service.context.store.write>[0]) => service.context.store.write(job)

  async function accessToken(form?: Parameters<typeof requestAsService>[1]): Promise<string> {
    const { status, body, text } = await ask(form)
    if (status !== 200) throw new Error(text)
    return String(body['access_token'])
  }

  describe('a service', () => {
    it('gets an access token for itself, and no other token (39)', async () => {
      const answer = await ask()
      expect(answer.status).toBe(200)
      expect(answer.headers['cache-control']).toBe('no-store')
      expect(answer.body).toEqual({
        access_token: expect.any(String),
        token_type: 'Bearer',
        expires_in: 600,
        scope: 'items:read items:write',
      })
    })

    it('is the subject of its token, of which nobody signed in (40) (47)', async () => {
      const token = await accessToken()
      const now = Math.floor(service.context.now() / 1000)
      expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'ES256', typ: 'at+jwt' })
      expect(decodeJwt(token)).toEqual({
        iss: service.context.settings.issuer,
        sub: SERVICE_ID,
        aud: TEST_RESOURCE,
        client_id: SERVICE_ID,
        iat: now,
        exp: now + 600,
        jti: expect.stringMatching(/^[\w-]{27}$/),
        scope: 'items:read items:write',
      })
    })

    it('may send its secret in the form', async () => {
      const form = { client_id: SERVICE_ID, client_secret: SERVICE_SECRET }
      expect((await requestAsService(service, form, {})).status).toBe(200)
    })

    it('may ask for less, and gets never more than it is registered for (39)', async () => {
      expect((await ask({ scope: 'items:read' })).body['scope']).toBe('items:read')
      for (const scope of ['items:delete', 'items:read items:delete', 'openid', 'offline_access', 'a  b']) {
        expect((await ask({ scope })).body).toMatchObject({ error: 'invalid_scope' })
      }
    })

    it('may name the resource that it is registered for, and no other (43)', async () => {
      await service.context.addResource({ url: 'https://other.example', introspectionClientId: 'other-api' })
      expect((await ask({ resource: TEST_RESOURCE })).status).toBe(200)
      const both: [string, string][] = [
        ['resource', TEST_RESOURCE],
        ['resource', 'https://other.example'],
      ]
      for (const form of [{ resource: 'https://other.example' }, { resource: 'nothing' }, both]) {
        expect((await ask(form)).body).toMatchObject({ error: 'invalid_target' })
      }
    })

    it('gets nothing of a scope that an operator withdrew (39)', async () => {
      await service.context.addResource({ scopes: ['items:read'] })
      expect((await ask()).body['scope']).toBe('items:read')
      expect((await ask({ scope: 'items:write' })).body).toMatchObject({ error: 'invalid_scope' })
    })

    it.each([
      ['with a wrong secret', {}, basic(SERVICE_ID, `${SERVICE_SECRET}x`)],
      ['with no secret', { client_id: SERVICE_ID }, {}],
      ['under another name', {}, basic('nobody', SERVICE_SECRET)],
    ])('%s is nobody (34) (37)', async (_how, form, headers) => {
      const answer = await requestAsService(service, form, headers)
      expect(answer.status).toBe(401)
      expect(answer.body).toMatchObject({ error: 'invalid_client' })
    })

    it('can log nobody in: it has no place to be answered at, no code and no refresh token (39)', async () => {
      const page = await service.get(authorizationPath({ client_id: SERVICE_ID }))
      expect(page.status).toBe(400)
      expect(page.headers['location']).toBeUndefined()
      const noUri = await service.get(authorizationPath({ client_id: SERVICE_ID, redirect_uri: undefined }))
      expect(noUri.status).toBe(400)
      const { refresh_token } = await service.logIn()
      const forms: Record<string, string>[] = [
        { grant_type: 'authorization_code', code: 'x', redirect_uri: TEST_REDIRECT_URI },
        { grant_type: 'refresh_token', refresh_token },
      ]
      for (const form of forms) {
        const answer = await service.post('/token', form, basic(SERVICE_ID, SERVICE_SECRET))
        expect(answer.body).toMatchObject({ error: 'unauthorized_client' })
      }
    })

    it('leaves audit lines that name it, and no account and no grant', async () => {
      await ask({ scope: 'items:read' })
      await ask({ scope: 'items:delete' })
      const lines = service.log.filter(({ msg }) => msg === 'audit')
      expect(lines).toEqual([
        expect.objectContaining({
          event: 'token-issued',
          clientId: SERVICE_ID,
          scope: 'items:read',
          resource: TEST_RESOURCE,
        }),
        expect.objectContaining({ event: 'token-refused', clientId: SERVICE_ID }),
      ])
      for (const line of lines) {
        expect(line).not.toHaveProperty('accountId')
        expect(line).not.toHaveProperty('grantId')
      }
    })
  })

  describe('a client that is not registered for it', () => {
    it('gets unauthorized_client, be it public or confidential (39)', async () => {
      const secretHash = hashClientSecret(service.context.settings.secret, SERVICE_SECRET)
      await service.context.addClient({ id: 'web', kind: 'web', secretHash })
      for (const [form, headers] of [
        [{ client_id: 'authcli' }, {}],
        [{}, basic('web', SERVICE_SECRET)],
      ] as const) {
        const answer = await requestAsService(service, form, headers)
        expect(answer.status).toBe(400)
        expect(answer.body).toMatchObject({ error: 'unauthorized_client' })
      }
    })

    it('gets nothing either when its row says that it is a service and it has no secret (39)', async () => {
      await addServiceClient(service, {}, { id: 'public-service', secretHash: null })
      const answer = await requestAsService(service, { client_id: 'public-service' }, {})
      expect(answer.body).toMatchObject({ error: 'unauthorized_client' })
    })
  })

  describe('a token of a service', () => {
    it('is described to its resource as that of a client, with no person (40) (65)', async () => {
      const token = await accessToken({ scope: 'items:read' })
      const { iat, exp, jti } = decodeJwt(token)
      const answer = await service.introspect(token)
      expect(answer.body).toEqual({
        active: true,
        iss: service.context.settings.issuer,
        sub: SERVICE_ID,
        aud: TEST_RESOURCE,
        client_id: SERVICE_ID,
        scope: 'items:read',
        token_type: 'Bearer',
        iat,
        exp,
        jti,
      })
    })

    it('is no key to anybody’s userinfo (40)', async () => {
      const answer = await service.get('/userinfo', { authorization: `Bearer ${await accessToken()}` })
      expect(answer.status).toBe(401)
      // Nor is one that was made for that endpoint.
      const claims = decodeJwt(await accessToken())
      const aud = `${service.context.settings.issuer}/userinfo`
      const forUserinfo = signToken(service.context.keys.signingKey('ES256'), 'at+jwt', { ...claims, aud })
      expect((await service.get('/userinfo', { authorization: `Bearer ${forUserinfo}` })).status).toBe(401)
    })

    it('that names anybody but its client is no token, whoever signed it (40)', async () => {
      const claims = decodeJwt(await accessToken())
      const sign = (changes: object) =>
        signToken(service.context.keys.signingKey('ES256'), 'at+jwt', { ...claims, ...changes })
      expect((await service.introspect(sign({}))).body['active']).toBe(true)
      for (const changes of [{ sub: service.account.id }, { client_id: 'authcli' }]) {
        expect((await service.introspect(sign(changes))).text).toBe('{"active":false}')
      }
    })

    it('ends when the service revokes it, and for nobody else (66)', async () => {
      const token = await accessToken()
      const other = await service.post('/revoke', { client_id: 'authcli', token })
      expect(other.body).toMatchObject({ error: 'invalid_grant' })
      expect((await service.introspect(token)).body['active']).toBe(true)
      expect((await service.post('/revoke', { token }, basic(SERVICE_ID, SERVICE_SECRET))).status).toBe(200)
      expect((await service.introspect(token)).text).toBe('{"active":false}')
    })

    it('ends with its client, also for a client that is registered anew under its id', async () => {
      const token = await accessToken()
      await write((transaction) => removeClient(transaction, SERVICE_ID))
      expect((await service.introspect(token)).text).toBe('{"active":false}')
      service.context.advanceSeconds(2)
      await addServiceClient(service)
      expect((await service.introspect(token)).text).toBe('{"active":false}')
      expect((await service.introspect(await accessToken())).body['active']).toBe(true)
    })

    it('ends with its resource, and what was registered for that counts for no other that comes after', async () => {
      const token = await accessToken()
      await write((transaction) => removeResource(transaction, TEST_RESOURCE))
      expect(await findClientAccess(service.context.store.read, SERVICE_ID)).toBeUndefined()
      expect((await ask()).body).toMatchObject({ error: 'invalid_target' })
      await service.context.addResource()
      expect((await ask()).body).toMatchObject({ error: 'invalid_target' })
      expect((await service.introspect(token)).text).toBe('{"active":false}')
    })

    it('stays when its resource gets new credentials', async () => {
      const token = await accessToken()
      const resource = await service.context.addResource()
      await write((transaction) => putResource(transaction, resource))
      expect((await service.introspect(token)).body['active']).toBe(true)
      expect((await ask()).status).toBe(200)
    })

    it('expires', async () => {
      const token = await accessToken()
      service.context.advanceSeconds(600)
      expect((await service.introspect(token)).text).toBe('{"active":false}')
    })
  })
})
