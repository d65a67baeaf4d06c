import { createHash } from 'node:crypto'
import {
  type AuthorizationCode,
  insertAuthorizationCode,
} from '../../../server/auth-service/store/authorization-codes.js'
import {
  createAuthorizationCode,
  hashAuthorizationCode,
} from '../../../server/auth-service/tokens/authorization-code.js'
import { createGrantId } from '../../../server/auth-service/tokens/refresh-token.js'
import { TEST_RESOURCE, type TestContext } from './test-context.js'

/** Where `testContext`'s client listens in these tests. */
export const TEST_REDIRECT_URI = 'http://127.0.0.1:49152/callback'
export const TEST_CODE_VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
export const TEST_CODE_CHALLENGE = createHash('sha256').update(TEST_CODE_VERIFIER).digest('base64url')

/** Puts a code into the database, as if a person had signed in and agreed a moment ago. */
export async function issueCode(
  context: Pick<TestContext, 'store' | 'clock' | 'settings'>,
  code: Partial<AuthorizationCode> & { account_id: string },
): Promise<{ code: string; grantId: string }> {
  const { now } = context.clock
  const value = createAuthorizationCode(now)
  const row: AuthorizationCode = {
    code_hash: hashAuthorizationCode(value),
    grant_id: createGrantId(now),
    client_id: 'authcli',
    redirect_uri: TEST_REDIRECT_URI,
    code_challenge: TEST_CODE_CHALLENGE,
    nonce: 'the nonce',
    resource: TEST_RESOURCE,
    scope: 'openid profile email items:read items:write',
    auth_time: now,
    created_at: now,
    expires_at: now + context.settings.codeSeconds * 1000,
    redeemed_at: null,
    ...code,
  }
  await context.store.write((transaction) => insertAuthorizationCode(transaction, row))
  return { code: value, grantId: row.grant_id }
}
