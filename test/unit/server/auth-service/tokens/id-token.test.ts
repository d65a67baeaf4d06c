import { createHash } from 'node:crypto'
import { decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Account } from '../../../../../server/auth-service/store/accounts.js'
import { issueAccessToken } from '../../../../../server/auth-service/tokens/access-token.js'
import {
  type IdTokenSubject,
  issueIdToken,
  verifyIdTokenHint,
} from '../../../../../server/auth-service/tokens/id-token.js'
import { type TestContext, testContext } from '../../../../support/auth-service/test-context.js'

let context: TestContext
let account: Account
beforeAll(async () => {
  context = await testContext()
  account = await context.addAccount()
})
afterAll(() => context.close())

const issue = (subject: Partial<IdTokenSubject> = {}) =>
  issueIdToken(context, {
    client: { id: 'authcli', idTokenSignedResponseAlg: 'ES256' },
    account,
    scope: 'openid',
    authTime: Date.UTC(2026, 0, 2),
    nonce: 'n-1',
    accessToken: 'the access token',
    ...subject,
  })

test('says who signed in, when, for whom and in answer to which request', () => {
  const issuedAt = Math.floor(context.now() / 1000)
  expect(decodeJwt(issue())).toEqual({
    iss: 'http://127.0.0.1:9000',
    sub: account.id,
    aud: 'authcli',
    iat: issuedAt,
    exp: issuedAt + 600,
    auth_time: Date.UTC(2026, 0, 2) / 1000,
    nonce: 'n-1',
    at_hash: createHash('sha256').update('the access token').digest().subarray(0, 16).toString('base64url'),
  })
})

test('has no nonce when the request had none', () => {
  expect(decodeJwt(issue({ nonce: null }))).not.toHaveProperty('nonce')
})

test.each([
  ['openid', []],
  ['openid profile', ['name', 'preferred_username']],
  ['openid email', ['email']],
  ['openid profile email', ['name', 'preferred_username', 'email']],
])('tells of the person what the scope %s allows', (scope, names) => {
  const claims = decodeJwt(issue({ scope }))
  const personal = ['name', 'preferred_username', 'email'].filter((name) => name in claims)
  expect(personal).toEqual(names)
})

test('leaves the address out when there is none', () => {
  expect(decodeJwt(issue({ account: { ...account, email: null }, scope: 'email' }))).not.toHaveProperty(
    'email',
  )
})

test.each(['ES256', 'RS256'] as const)('signs with %s for a client that registered it (49)', async (alg) => {
  const token = issue({ client: { id: 'web', idTokenSignedResponseAlg: alg } })
  expect(decodeProtectedHeader(token)).toMatchObject({ alg, typ: 'JWT' })
  const jwk = context.keys.jwks().keys.find((key) => key.alg === alg)
  if (jwk === undefined) throw new Error(`no ${alg} key is published`)
  await expect(
    jwtVerify(token, jwk, { audience: 'web', currentDate: new Date(context.now()) }),
  ).resolves.toBeDefined()
})

test('takes an ID token as a hint, even an expired one', async () => {
  const hint = issue()
  context.advanceSeconds(86_400)
  await expect(verifyIdTokenHint(context, hint)).resolves.toEqual({ sub: account.id, clientId: 'authcli' })
})

test('refuses an access token as a hint (48)', async () => {
  const { accessToken } = issueAccessToken(context, {
    id: 'g',
    accountId: account.id,
    clientId: 'authcli',
    resource: null,
    scope: 'openid',
    authTime: 0,
  })
  await expect(verifyIdTokenHint(context, accessToken)).rejects.toMatchObject({ reason: 'wrong-type' })
})

test('refuses a hint that was changed', async () => {
  const [header, , signature] = issue().split('.')
  const claims = Buffer.from(JSON.stringify({ ...decodeJwt(issue()), sub: 'somebody else' }))
  const hint = `${header}.${claims.toString('base64url')}.${signature}`
  await expect(verifyIdTokenHint(context, hint)).rejects.toMatchObject({ reason: 'not-ours' })
})
