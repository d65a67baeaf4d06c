import { SESSION_VERSION, type Session } from '../../../src/session/session.js'

/** The issuer of the sessions that `testSession` makes. */
export const TEST_ISSUER = 'https://auth.example.com'

/** The API of the sessions that `testSession` makes. */
export const TEST_RESOURCE = 'https://api.example.com'

/** A session as a login leaves it, with some fields of a test's own. */
export function testSession(fields: Partial<Session> = {}): Session {
  return {
    version: SESSION_VERSION,
    lockId: 'lock-id-of-the-session',
    issuer: TEST_ISSUER,
    clientId: 'authcli',
    resource: TEST_RESOURCE,
    scope: 'openid items:read',
    accessToken: 'access-token-0',
    tokenType: 'Bearer',
    expiresAt: 600_000,
    lifetimeSeconds: 600,
    refreshToken: 'refresh-token-0',
    account: { subject: 'subject-1', username: 'demo' },
    ...fields,
  }
}
