import type { Mutant } from '../mutate.js'

const SERVICE = 'server/auth-service'
const REFRESH = `${SERVICE}/grants/refresh-token.ts`
const ROTATION = `${SERVICE}/grants/refresh-rotation.ts`
const WALKS = ['test/integration/auth-service/rotation-walks.test.ts']
const HISTORIES = ['test/unit/server/auth-service/grants/rotation-histories.test.ts']

/** What a refresh token was once refused for stays so; and what an operator ends has ended. */
export const rotation: readonly Mutant[] = [
  {
    name: 'a longer setting brings back a token whose retries were over',
    file: REFRESH,
    find: 'await store.write((transaction) => endRetries(transaction, grantId, { generation, endedAt }))',
    replace: '',
    tests: WALKS,
  },
  {
    name: 'a longer setting brings back a grant whose time was over',
    file: REFRESH,
    find: 'await store.write((transaction) => revokeGrant(transaction, grantId, ended, now))',
    replace: '',
    tests: WALKS,
  },
  {
    name: 'a retry is no use of the grant',
    file: REFRESH,
    find: 'now - grant.lastUsedAt > touchAfterMs(settings)',
    replace: 'false',
    tests: ['test/integration/auth-service/login-lifetimes.test.ts'],
  },
  {
    name: 'a clock that is set back turns retries on',
    file: ROTATION,
    find: 'if (retryMs > 0 && now < retriesEndedAt)',
    replace: 'if (now < retriesEndedAt)',
    tests: ['test/unit/server/auth-service/grants/refresh-rotation.test.ts'],
  },
  {
    name: 'an older token is good for another try',
    file: ROTATION,
    find: 'if (generation < row.generation) return spent(successorUsedAt(row, generation), now)',
    replace: '',
    tests: HISTORIES,
  },
  {
    name: 'the end of a token is forgotten at once',
    file: ROTATION,
    find: 'if (known !== undefined) return known',
    replace: '',
    tests: HISTORIES,
  },
  {
    name: 'a grant is advanced after it was revoked',
    file: `${SERVICE}/store/grants.ts`,
    find: ".where('generation', '=', from)\n      .where('revoked_at', 'is', null)",
    replace: ".where('generation', '=', from)",
    tests: ['test/integration/auth-service/store/atomic-steps.test.ts'],
  },
  {
    name: 'two uses of a refresh token may both advance its login',
    file: `${SERVICE}/store/grants.ts`,
    find: ".where('generation', '=', from)\n",
    replace: '\n',
    tests: ['test/integration/auth-service/store/atomic-steps.test.ts'],
  },
  {
    name: 'a code is written for somebody who was signed out meanwhile',
    file: `${SERVICE}/endpoints/authorization-response.ts`,
    find: 'if (!(await isStillSignedIn(transaction, { accountId, authenticatedAt }))) return false',
    replace: '',
    tests: ['test/integration/auth-service/pages/signed-out-everywhere.test.ts'],
  },
  {
    name: 'signing out everywhere leaves the grants',
    file: `${SERVICE}/store/logins.ts`,
    find: 'await removePasswordLinksOfAccount(db, accountId)\n  return revokeGrants(db, own, reason, now)',
    replace: 'return []',
    tests: ['test/integration/auth-service/end-every-login.test.ts'],
  },
  {
    name: 'signing out everywhere leaves the codes on their way',
    file: `${SERVICE}/store/logins.ts`,
    find: 'idHash: exceptBrowser })\n  await removeUnredeemedCodes(db, own)',
    replace: 'idHash: exceptBrowser })',
    tests: ['test/integration/auth-service/end-every-login.test.ts'],
  },
]
