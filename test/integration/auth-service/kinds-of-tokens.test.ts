import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { verifyIdTokenHint } from '../../../server/auth-service/tokens/id-token.js'
import { signToken } from '../../../server/auth-service/tokens/signed-token.js'
import { issueCode } from '../../support/auth-service/codes.js'
import { decide, pollRequest, startDevice } from '../../support/auth-service/device-logins.js'
import { addServiceClient, requestAsService } from '../../support/auth-service/service-client.js'
import {
  codeRequest,
  type TestAuthService,
  testAuthService,
} from '../../support/auth-service/test-auth-service.js'

/** Everything that is handed around as a token, made anew for each try. */
const KINDS = {
  'access token for the API': async () => (await service.logIn()).access_token,
  'access token for userinfo': async () => (await service.logIn({ resource: null })).access_token,
  'access token of a service': async () => String((await requestAsService(service)).body['access_token']),
  'ID token': async () => (await service.logIn()).id_token,
  'refresh token': async () => (await service.logIn()).refresh_token,
  'authorization code': async () => (await newCode()).code,
  'device code': async () => (await newDevice()).device_code,
  'user code': async () => (await newDevice()).user_code,
  'logout token': () => signedAs('logout+jwt'),
  'introspection response': () => signedAs('token-introspection+jwt'),
  'client assertion': () => signedAs('client-authentication+jwt'),
  'DPoP proof': () => signedAs('dpop+jwt'),
  'JWT of another letter case': () => signedAs('AT+JWT'),
  'JWT of the long type name': () => signedAs('application/at+jwt'),
}

type Kind = keyof typeof KINDS

/** Every place that takes a token, and the kinds that it takes. */
const PLACES: Record<string, { takes: Kind[]; accepts: (token: string) => Promise<boolean> }> = {
  'the userinfo endpoint': {
    takes: ['access token for userinfo'],
    accepts: async (token) =>
      (await service.get('/userinfo', { authorization: `Bearer ${token}` })).status === 200,
  },
  'introspection, as an access token': {
    takes: ['access token for the API', 'access token of a service'],
    accepts: async (token) => (await service.introspect(token)).body['token_type'] === 'Bearer',
  },
  'introspection, at all': {
    takes: ['access token for the API', 'access token of a service', 'refresh token'],
    accepts: async (token) => (await service.introspect(token)).body['active'] === true,
  },
  'a refresh': {
    takes: ['refresh token'],
    accepts: async (token) => (await service.refresh(token)).status === 200,
  },
  'a redemption': {
    takes: ['authorization code'],
    accepts: async (token) => (await service.post('/token', codeRequest(token))).status === 200,
  },
  'a poll': {
    takes: ['device code'],
    accepts: async (token) => (await service.post('/token', pollRequest(token))).status === 200,
  },
  id_token_hint: {
    takes: ['ID token'],
    accepts: (token) =>
      verifyIdTokenHint(service.context, token).then(
        () => true,
        () => false,
      ),
  },
}

let service: TestAuthService
beforeAll(async () => {
  service = await testAuthService()
  await addServiceClient(service)
})
afterAll(() => service.close())

/** A device login that was allowed. */
async function newDevice() {
  const start = await startDevice(service)
  await decide(service, start)
  return start
}

const newCode = () => issueCode(service.context, { account_id: service.account.id })

/** A token with all claims of a good access token for userinfo and our own signature, but of another type. */
async function signedAs(typ: string): Promise<string> {
  const claims = decodeJwt((await service.logIn({ resource: null })).access_token)
  return signToken(service.context.keys.signingKey('ES256'), typ, claims)
}

describe.each(Object.entries(PLACES))('%s', (_place, { takes, accepts }) => {
  it.each(Object.keys(KINDS) as Kind[])('takes its own kind of token and no other: %s (48)', async (kind) => {
    expect(await accepts(await KINDS[kind]())).toBe(takes.includes(kind))
  })
})
