import { decodeJwt, decodeProtectedHeader, jwtVerify, SignJWT } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  issueAccessToken,
  verifyAccessToken,
} from '../../../../../server/auth-service/tokens/access-token.js'
import { issueIdToken } from '../../../../../server/auth-service/tokens/id-token.js'
import { signToken } from '../../../../../server/auth-service/tokens/signed-token.js'
import { type TestContext, testContext } from '../../../../support/auth-service/test-context.js'

let context: TestContext
beforeAll(async () => {
  context = await testContext()
})
afterAll(() => context.close())

const grant = {
  id: 'Z3JhbnQtZ3JhbnQtZ3Jhbg',
  accountId: 'account',
  clientId: 'authcli',
  resource: 'http://127.0.0.1:9001',
  scope: 'openid items:read',
  authTime: Date.UTC(2026, 0, 2),
}

test('issues an access token with every claim that RFC 9068 asks for, and its type (47)', () => {
  const { accessToken, expiresInSeconds } = issueAccessToken(context, grant)
  expect(decodeProtectedHeader(accessToken)).toEqual({
    alg: 'ES256',
    typ: 'at+jwt',
    kid: context.keys.signingKey('ES256').kid,
  })
  const issuedAt = Math.floor(context.now() / 1000)
  expect(decodeJwt(accessToken)).toEqual({
    iss: 'http://127.0.0.1:9000',
    sub: 'account',
    aud: 'http://127.0.0.1:9001',
    client_id: 'authcli',
    iat: issuedAt,
    exp: issuedAt + expiresInSeconds,
    jti: expect.stringMatching(/^[\w-]{27}$/),
    scope: 'openid items:read',
    auth_time: Date.UTC(2026, 0, 2) / 1000,
    gid: grant.id,
  })
})

test('makes an access token for the userinfo endpoint when the grant has no resource (43)', () => {
  const { claims } = issueAccessToken(context, { ...grant, resource: null })
  expect(claims.aud).toBe('http://127.0.0.1:9000/userinfo')
})

test('issues access tokens that a foreign library accepts with the published keys', async () => {
  const { accessToken } = issueAccessToken(context, grant)
  const jwk = context.keys.jwks().keys.find((key) => key.alg === 'ES256')
  if (jwk === undefined) throw new Error('no ES256 key is published')
  await expect(
    jwtVerify(accessToken, jwk, { typ: 'at+jwt', currentDate: new Date(context.now()) }),
  ).resolves.toBeDefined()
})

test('gives back the claims of an access token of its own', async () => {
  const { accessToken, claims } = issueAccessToken(context, grant, 'items:read')
  await expect(verifyAccessToken(context, accessToken)).resolves.toEqual(claims)
  expect(claims.scope).toBe('items:read')
})

test('refuses an access token from its exp on', async () => {
  const { accessToken, claims } = issueAccessToken(context, grant)
  const at = (now: number) => ({ ...context, now: () => now })
  await expect(verifyAccessToken(at(claims.exp * 1000 - 1), accessToken)).resolves.toBeDefined()
  await expect(verifyAccessToken(at(claims.exp * 1000), accessToken)).rejects.toMatchObject({
    reason: 'expired',
  })
})

test('refuses an ID token where an access token belongs (48)', async () => {
  const account = await context.addAccount()
  const idToken = issueIdToken(context, {
    client: { id: 'authcli', idTokenSignedResponseAlg: 'ES256' },
    account,
    scope: 'openid',
    authTime: 0,
    accessToken: 'x',
  })
  await expect(verifyAccessToken(context, idToken)).rejects.toMatchObject({ reason: 'wrong-type' })
})

test('refuses a token of another issuer that was signed with the same key', async () => {
  const { claims } = issueAccessToken(context, grant)
  const token = signToken(context.keys.signingKey('ES256'), 'at+jwt', { ...claims, iss: 'https://other' })
  await expect(verifyAccessToken(context, token)).rejects.toMatchObject({ reason: 'wrong-issuer' })
})

test('refuses a token without one of its claims', async () => {
  const { claims } = issueAccessToken(context, grant)
  for (const name of Object.keys(claims)) {
    const token = signToken(context.keys.signingKey('ES256'), 'at+jwt', { ...claims, [name]: undefined })
    await expect(verifyAccessToken(context, token), name).rejects.toMatchObject({
      reason: name === 'iss' ? 'wrong-issuer' : 'wrong-claims',
    })
  }
})

test('refuses a token with a claim of another type, and one that is half of a person, half of a client', async () => {
  const { claims } = issueAccessToken(context, grant)
  const changes = [
    ...Object.entries(claims).flatMap(([name, value]) =>
      [null, true, {}, [value], typeof value === 'string' ? 1 : '1'].map((other) => ({ [name]: other })),
    ),
    { gid: undefined },
    { auth_time: undefined },
  ]
  for (const change of changes) {
    const token = signToken(context.keys.signingKey('ES256'), 'at+jwt', { ...claims, ...change })
    await expect(verifyAccessToken(context, token), JSON.stringify(change)).rejects.toMatchObject({
      reason: 'iss' in change ? 'wrong-issuer' : 'wrong-claims',
    })
  }
})

test('refuses a token under an algorithm that is not the one of its key (49)', async () => {
  const { accessToken, claims } = issueAccessToken(context, grant)
  const { kid } = context.keys.signingKey('ES256')
  const header = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const [, payload, signature] = accessToken.split('.')
  const rs256 = await new SignJWT({ ...claims })
    .setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid })
    .sign(context.keys.signingKey('RS256').privateKey)
  // A second algorithm that the same kind of key could do.
  const ps256 = await new SignJWT({ ...claims })
    .setProtectedHeader({ alg: 'PS256', typ: 'at+jwt', kid: context.keys.signingKey('RS256').kid })
    .sign(context.keys.signingKey('RS256').privateKey)
  const hs256 = await new SignJWT({ ...claims })
    .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid })
    .sign(Buffer.from(JSON.stringify(context.keys.signingKey('ES256').publicJwk)))
  const forged = [
    rs256,
    ps256,
    hs256,
    `${header({ alg: 'none', typ: 'at+jwt', kid })}.${payload}.`,
    `${header({ alg: 'none', typ: 'at+jwt', kid })}.${payload}.${signature}`,
    `${header({ alg: 'ES256', typ: 'at+jwt' })}.${payload}.${signature}`,
    `${header({ alg: 'ES256', typ: 'at+jwt', kid: 'other' })}.${payload}.${signature}`,
    'garbage',
    '',
    '..',
  ]
  for (const token of forged) {
    await expect(verifyAccessToken(context, token), token).rejects.toMatchObject({ reason: 'not-ours' })
  }
})
