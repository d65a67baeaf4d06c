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
    find: 'return account?.id === visit.account.id ? change(transaction, { account, now }) : undefined',
    replace: 'return change(transaction, { account: account ?? visit.account, now })',
    tests: [`${PAGES}/account-password.test.ts`],
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
  {
    name: 'of two ways in that are disconnected at once none stays',
    file: `${SERVICE}/checks/ways-in.ts`,
    find: 'return (hasPassword && offered.takesPasswords) || identities.some(opens)',
    replace: 'return (hasPassword && offered.takesPasswords) || identities.length >= 0',
    tests: [`${PAGES}/account-databases.test.ts`],
  },
  {
    name: 'a password that is not taken counts as a way in',
    file: `${SERVICE}/checks/ways-in.ts`,
    find: '(hasPassword && offered.takesPasswords)',
    replace: 'hasPassword',
    tests: [`${PAGES}/account-providers.test.ts`],
  },
  {
    name: 'one person disconnects the identity of another',
    file: `${SERVICE}/store/identities.ts`,
    find: "    .where('subject', '=', subject)\n    .where('account_id', '=', accountId)",
    replace: "    .where('subject', '=', subject)",
    tests: ['test/integration/auth-service/store/identities.test.ts'],
  },
  {
    name: 'a password that changed meanwhile is changed once more',
    file: `${SERVICE}/account-password.ts`,
    find: 'if (account.password_hash !== passwordHashBefore) return undefined',
    replace: '',
    tests: [`${PAGES}/account-password.test.ts`],
  },
  {
    name: 'a password is chosen on the account page where none is taken',
    file: `${SERVICE}/account-password.ts`,
    find: "if (!takesPasswords) throw new PageError('password-not-taken', { goOnAt })",
    replace: 'if (takesPasswords === undefined) throw new PageError(goOnAt as never)',
    tests: [`${PAGES}/account-password.test.ts`],
  },
  {
    name: 'the account page shows logins that give no more tokens',
    file: `${SERVICE}/endpoints/account.ts`,
    find: 'return logins.filter((login) => whyRefreshEnded(login, account, settings, now()) === undefined)',
    replace: 'return logins.filter((login) => whyRefreshEnded(login, account, settings, now()) !== null)',
    tests: [`${PAGES}/account.test.ts`],
  },
  {
    name: 'signing out everywhere leaves other browsers',
    file: `${SERVICE}/store/logins.ts`,
    find: 'else await removeOtherBrowserSessions(db, { accountId, idHash: exceptBrowser })',
    replace: '',
    tests: [`${PAGES}/account.test.ts`],
  },
]
