import type { Mutant } from '../mutate.js'

const SERVICE = 'server/auth-service'
const PAGES = 'test/integration/auth-service/pages'

/** The pages on which people look after their own account. */
export const account: readonly Mutant[] = [
  {
    name: 'one person ends the login of another',
    file: `${SERVICE}/account-sign-ins.ts`,
    find: 'if (grant === undefined || grant.accountId !== accountId) return []',
    replace: 'if (grant === undefined) return []',
    tests: [`${PAGES}/account.test.ts`],
  },
  {
    name: 'one person signs another out of a browser',
    file: `${SERVICE}/store/own-sign-ins.ts`,
    find: "    .where('id_hash', '=', idHash)\n    .where('account_id', '=', accountId)",
    replace: "    .where('id_hash', '=', idHash)",
    tests: [`${PAGES}/account.test.ts`],
  },
  {
    name: 'whoever was signed out meanwhile still changes the account',
    file: `${SERVICE}/browser/account-visit.ts`,
    find: 'if (person === undefined || browserId === undefined) return askToSignIn(context, exchange, page)',
    replace:
      'if (browserId === undefined) return askToSignIn(context, exchange, page)\n  if (person === undefined) throw new Error()',
    tests: [`${PAGES}/account.test.ts`],
  },
  {
    name: 'an account form counts without its token',
    file: `${SERVICE}/browser/account-visit.ts`,
    find: "  requireFormToken(secret, browserId, parameters.get('token'), goOnAt)\n",
    replace: '',
    tests: [`${PAGES}/account-changes.test.ts`],
  },
  {
    name: 'an account form counts from any site',
    file: `${SERVICE}/browser/account-visit.ts`,
    find: '  requireOwnPage(request.headers, issuer)\n',
    replace: '',
    tests: [`${PAGES}/account-changes.test.ts`],
  },
  {
    name: 'a sign-in of long ago is enough to change the ways in',
    file: `${SERVICE}/browser/account-visit.ts`,
    find: 'session.created_at <= oldest',
    replace: 'false',
    tests: [`${PAGES}/account-providers.test.ts`],
  },
  {
    name: 'a password is changed without the current one',
    file: `${SERVICE}/endpoints/account-password.ts`,
    find: 'if (refused === undefined) return undefined',
    replace: 'if (refused !== null) return undefined',
    tests: [`${PAGES}/account-password.test.ts`],
  },
  {
    name: 'the last way in can be disconnected',
    file: `${SERVICE}/provider-unlinking.ts`,
    find: "if (!hasWayIn(ways)) return { refused: 'last-way-in' }",
    replace: '',
    tests: [`${PAGES}/account-providers.test.ts`],
  },
]
