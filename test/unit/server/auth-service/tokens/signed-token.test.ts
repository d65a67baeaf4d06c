import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadKeyRing } from '../../../../../server/auth-service/tokens/key-ring.js'
import { replaceLeakedKeys } from '../../../../../server/auth-service/tokens/key-rotation.js'
import {
  InvalidTokenError,
  signToken,
  verifySignedToken,
} from '../../../../../server/auth-service/tokens/signed-token.js'
import { type TestContext, testContext } from '../../../../support/auth-service/test-context.js'

let context: TestContext
/** Signed by a replica that has newer keys. */
let token: string
beforeEach(async () => {
  context = await testContext()
  const { store, settings, now } = context
  await replaceLeakedKeys({ store, secret: settings.secret, now })
  const newer = await loadKeyRing(store, settings.secret, now)
  token = signToken(newer.signingKey('ES256'), 'test', { iss: settings.issuer, sub: 'somebody' })
})
afterEach(() => context.close())

const verify = (keys: Parameters<typeof verifySignedToken>[0] = context.keys) =>
  verifySignedToken(keys, token, { typ: 'test', issuer: context.settings.issuer })

test('a token of a key that another replica has made is checked with it, once it may be looked for (52, 95)', async () => {
  await expect(verify()).rejects.toThrow(InvalidTokenError)
  context.advanceSeconds(5)
  expect(await verify()).toMatchObject({ sub: 'somebody' })
})

test('a database that is away makes no token bad', async () => {
  const lookForNew = () => Promise.reject(new Error('away'))
  const verification = verify({ verificationKey: context.keys.verificationKey, lookForNew })
  await expect(verification).rejects.toThrow(/^away$/)
})
