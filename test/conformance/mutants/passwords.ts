import type { Mutant } from '../mutate.js'

const SERVICE = 'server/auth-service'
const PAGE = 'test/integration/auth-service/pages/choose-password.test.ts'
const RULE = 'test/unit/server/auth-service/checks/new-password.test.ts'
const EVENTS = 'test/integration/auth-service/security-events.test.ts'
const SIGN_IN = 'test/unit/server/auth-service/password-sign-in.test.ts'

/** The ways to a password, and what a person sees of what happened to their account. */
export const passwords: readonly Mutant[] = [
  {
    name: 'a link by which a password is chosen works twice',
    file: `${SERVICE}/store/password-links.ts`,
    find: "    .where('used_at', 'is', null)\n    .where('expires_at', '>', now)",
    replace: "    .where('expires_at', '>', now)",
    tests: ['test/integration/auth-service/store/password-links.test.ts'],
  },
  {
    name: 'whether a link was used is not asked when the password is chosen',
    file: `${SERVICE}/password-links.ts`,
    find: 'if (!(await usePasswordLink(transaction, opened.link.token_hash, now))) return undefined',
    replace: 'await usePasswordLink(transaction, opened.link.token_hash, now)',
    tests: ['test/integration/auth-service/pages/databases.test.ts'],
  },
  {
    name: 'a link by which a password is chosen is good for ever',
    file: `${SERVICE}/checks/password-link-end.ts`,
    find: "if (now >= link.expires_at) return 'the link is too old'",
    replace: '',
    tests: [PAGE],
  },
  {
    name: 'a link opens an account that was disabled meanwhile',
    file: `${SERVICE}/password-links.ts`,
    find: 'if (account === undefined || account.disabled_at !== null) return undefined',
    replace: 'if (account === undefined) return undefined',
    tests: [PAGE],
  },
  {
    name: 'guessing links is not counted',
    file: `${SERVICE}/password-links.ts`,
    find: 'await countFailure(transaction, source, SOURCE, now)',
    replace: '',
    tests: [PAGE],
  },
  {
    name: 'a link chooses a password where passwords are not taken',
    file: `${SERVICE}/password-links.ts`,
    find: "if (!takesPasswords) throw new PageError('password-not-taken', { reason: 'a provider is the only way in' })",
    replace: '',
    tests: [PAGE],
  },
  {
    name: 'a newer link leaves the one of before as good as it was',
    file: `${SERVICE}/store/password-links.ts`,
    find: 'await removePasswordLinksOfAccount(db, link.account_id)',
    replace: '',
    tests: [PAGE],
  },
  {
    name: 'another password ends no login',
    file: `${SERVICE}/store/password-changes.ts`,
    find: 'return endLoginsOfAccount(db, accountId, PASSWORD_CHANGED, now)',
    replace: 'return []',
    tests: ['test/unit/server/auth-service/commands/accounts.test.ts'],
  },
  {
    name: 'the token of a link is stored as it is',
    file: `${SERVICE}/tokens/password-links.ts`,
    find: "return createHash('sha256').update(token).digest('base64url')",
    replace: 'return token',
    tests: [PAGE],
  },
  {
    name: 'any password can be chosen on the page of a link',
    file: `${SERVICE}/endpoints/choose-password.ts`,
    find: 'return whyNotPassword(password, account) ?? (',
    replace: 'return (',
    tests: [PAGE],
  },
  {
    name: 'the form of a link counts without its token',
    file: `${SERVICE}/endpoints/choose-password.ts`,
    find: "requireFormToken(settings.secret, browserId, parameters.get('token'))",
    replace: '',
    tests: ['test/integration/auth-service/pages/own-forms.test.ts'],
  },
  {
    name: 'the form of a link counts from any site',
    file: `${SERVICE}/endpoints/choose-password.ts`,
    find: 'requireOwnPage(request.headers, settings.issuer)',
    replace: '',
    tests: ['test/integration/auth-service/pages/own-forms.test.ts'],
  },
  {
    name: 'a short password can be chosen',
    file: `${SERVICE}/checks/new-password.ts`,
    find: "if (characters.length < MIN_PASSWORD_CHARACTERS) return 'too-short'",
    replace: '',
    tests: [RULE],
  },
  {
    name: 'the commonest passwords can be chosen',
    file: `${SERVICE}/checks/new-password.ts`,
    find: ' || COMMONEST.has(typed)',
    replace: '',
    tests: [RULE],
  },
  {
    name: 'a failed sign-in is written twice for who has an account',
    file: `${SERVICE}/password-sign-in.ts`,
    find: "if (!isRight) return { refused: 'wrong-password', accountId: account.id }",
    replace:
      "if (!isRight) { await context.store.write(async () => {}); return { refused: 'wrong-password', accountId: account.id } }",
    tests: [SIGN_IN],
  },
  {
    name: 'nobody is told who has tried their password',
    file: `${SERVICE}/sign-in-throttle.ts`,
    find: 'return { account, event: await noteSecurityEvent(transaction, failure) }',
    replace: 'return { account }',
    tests: [SIGN_IN],
  },
  {
    name: 'nobody is told that two had the tokens of a login',
    file: `${SERVICE}/store/logins.ts`,
    find: 'if (wasAlive) await noteSecurityEvent(db, { accountId, kind, at: now, source, clientId })',
    replace: '',
    tests: [EVENTS],
  },
  {
    name: 'security events are kept without a limit',
    file: `${SERVICE}/store/security-events.ts`,
    find: ".where('kept.event', '=', kind)",
    replace: ".where('kept.event', '=', 'account-enabled')",
    tests: ['test/integration/auth-service/store/security-events.test.ts'],
  },
  {
    name: 'a device name is shown as it was sent',
    file: `${SERVICE}/checks/device-name.ts`,
    find: ".replace(/[\\p{C}\\p{Z}]+/gu, ' ')",
    replace: '',
    tests: ['test/unit/server/auth-service/checks/device-name.test.ts'],
  },
  {
    name: 'every AuthService is told what the computer is called',
    file: 'src/login/device-name.ts',
    find: 'const isTaken = server.metadata.device_name_parameter_supported === true',
    replace: 'const isTaken = true || server',
    tests: ['test/unit/src/login/device-name.test.ts'],
  },
]
