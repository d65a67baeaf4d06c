import * as openid from 'openid-client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hashClientSecret } from '../../../server/auth-service/tokens/client-secrets.js'
import { DEVICE_REQUEST, decide } from '../../support/auth-service/device-logins.js'
import {
  type ListeningAuthService,
  listenAuthService,
} from '../../support/auth-service/listening-auth-service.js'
import { type RelyingParty, startRelyingParty } from '../../support/auth-service/relying-party.js'
import {
  TEST_PASSWORD,
  TEST_RESOURCE,
  TEST_RESOURCE_SECRET,
} from '../../support/auth-service/test-context.js'
import { createUserAgent } from '../../support/scripted-user-agent.js'
import { signIn } from '../../support/sign-in.js'

const SECRET = 'a secret with: a colon, a + and ümlaut'
const CREDENTIALS = { username: 'ada', password: TEST_PASSWORD }

let service: ListeningAuthService
let relyingParty: RelyingParty

beforeAll(async () => {
  service = await listenAuthService()
  relyingParty = await startRelyingParty()
  // openid-client checks the times of an ID token by its own clock.
  service.context.clock.now = Date.now()
  const confidential = {
    kind: 'web',
    secretHash: hashClientSecret(service.context.settings.secret, SECRET),
    redirectUris: [relyingParty.redirectUri],
  } as const
  await service.context.addClient({ ...confidential, id: 'web: app', idTokenSignedResponseAlg: 'RS256' })
})
afterAll(async () => {
  await relyingParty.close()
  await service.close()
})

const INSECURE = { execute: [openid.allowInsecureRequests, openid.enableNonRepudiationChecks] }

/** Logs in as openid-client's documentation shows, in a browser that is new each time. */
async function logIn(config: openid.Configuration, parameters: Record<string, string>) {
  const pkceCodeVerifier = openid.randomPKCECodeVerifier()
  const expectedState = openid.randomState()
  const expectedNonce = openid.randomNonce()
  const url = openid.buildAuthorizationUrl(config, {
    redirect_uri: relyingParty.redirectUri,
    code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: expectedState,
    nonce: expectedNonce,
    ...parameters,
  })
  const { url: callback } = await signIn(createUserAgent(), url, CREDENTIALS)
  const checks = { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true }
  return openid.authorizationCodeGrant(config, callback, checks)
}

describe('openid-client', () => {
  it('logs in on a device without a browser', async () => {
    const options = { ...INSECURE, algorithm: 'oauth2' } as const
    const issuer = new URL(service.url)
    const config = await openid.discovery(issuer, 'authcli', undefined, openid.None(), options)
    const device = await openid.initiateDeviceAuthorization(config, DEVICE_REQUEST)
    await decide(service, device)
    // It waits for the interval before its first poll.
    const tokens = await openid.pollDeviceAuthorizationGrant(config, { ...device, interval: 0 })
    expect(tokens.claims()).toMatchObject({ sub: service.account.id, name: 'Ada Lovelace' })
    const refreshed = await openid.refreshTokenGrant(config, String(tokens.refresh_token))
    expect(refreshed.refresh_token).not.toBe(tokens.refresh_token)
  })

  it.each(['oidc', 'oauth2'] as const)(
    'finds the AuthService by %s discovery and logs in as a public client',
    async (algorithm) => {
      const options = { ...INSECURE, algorithm }
      const config = await openid.discovery(
        new URL(service.url),
        'authcli',
        undefined,
        openid.None(),
        options,
      )
      const tokens = await logIn(config, { scope: 'openid profile items:read', resource: TEST_RESOURCE })
      expect(tokens.claims()).toMatchObject({ sub: service.account.id, name: 'Ada Lovelace' })
      expect(tokens.expires_in).toBe(600)

      const refreshed = await openid.refreshTokenGrant(config, String(tokens.refresh_token))
      expect(refreshed.claims()?.sub).toBe(service.account.id)
      expect(refreshed.refresh_token).not.toBe(tokens.refresh_token)
      await openid.tokenRevocation(config, String(refreshed.refresh_token))
      await expect(openid.refreshTokenGrant(config, String(refreshed.refresh_token))).rejects.toMatchObject({
        error: 'invalid_grant',
      })
    },
  )

  it.each([
    ['client_secret_basic', openid.ClientSecretBasic(SECRET)],
    ['client_secret_post', openid.ClientSecretPost(SECRET)],
  ])('logs in as a confidential client with %s and RS256, and asks for the person', async (_name, method) => {
    const metadata = { client_id: 'web: app', id_token_signed_response_alg: 'RS256' }
    const config = await openid.discovery(new URL(service.url), 'web: app', metadata, method, INSECURE)
    const tokens = await logIn(config, { scope: 'openid email offline_access', prompt: 'consent' })
    const person = await openid.fetchUserInfo(config, tokens.access_token, service.account.id)
    expect(person).toEqual({ sub: service.account.id, email: 'ada@example.org' })
    const refreshed = await openid.refreshTokenGrant(config, String(tokens.refresh_token))
    expect(refreshed.claims()?.sub).toBe(service.account.id)
  })

  it('introspects as a resource', async () => {
    const config = await openid.discovery(new URL(service.url), 'authcli', undefined, openid.None(), INSECURE)
    const { access_token } = await logIn(config, { scope: 'openid items:read', resource: TEST_RESOURCE })
    const resource = await openid.discovery(
      new URL(service.url),
      'backend-api',
      undefined,
      openid.ClientSecretBasic(TEST_RESOURCE_SECRET),
      INSECURE,
    )
    expect(await openid.tokenIntrospection(resource, access_token)).toMatchObject({
      active: true,
      aud: TEST_RESOURCE,
      scope: 'openid items:read',
    })
  })
})
