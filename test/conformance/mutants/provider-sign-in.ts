import type { Mutant } from '../mutate.js'

const SERVICE = 'server/auth-service'
const PAGES = 'test/integration/auth-service/pages'
const UNIT = 'test/unit/server/auth-service'

/** Who gets in by a provider, in which browser, and to which account. */
export const providerSignIn: readonly Mutant[] = [
  {
    name: 'the answer of a provider counts in another browser',
    file: `${SERVICE}/store/provider-sign-ins.ts`,
    find: ".where('browser', '=', browser)",
    replace: '',
    tests: [`${PAGES}/hostile-answers.test.ts`],
  },
  {
    name: 'the answer of a provider counts twice at once',
    file: `${SERVICE}/store/provider-sign-ins.ts`,
    find: 'return result.numDeletedRows === 1n',
    replace: 'return true',
    tests: ['test/integration/auth-service/store/identities.test.ts'],
  },
  {
    name: 'the answer of one provider counts at the path of another',
    file: `${SERVICE}/endpoints/provider-answer.ts`,
    find: 'if (begun.provider !== name) {',
    replace: 'if (false) {',
    tests: [`${PAGES}/hostile-answers.test.ts`],
  },
  {
    name: 'the answer of a provider is never too late',
    file: `${SERVICE}/endpoints/provider-answer.ts`,
    find: 'if (context.now() >= begun.expires_at) {',
    replace: 'if (false) {',
    tests: [`${PAGES}/hostile-answers.test.ts`],
  },
  {
    name: 'one source begins sign-ins at providers without end',
    file: `${SERVICE}/start-limit.ts`,
    find: 'if (throttle !== undefined && now < throttle.blockedUntil) return throttle.blockedUntil',
    replace: '',
    tests: [`${PAGES}/provider-sign-in.test.ts`],
  },
  {
    name: 'an identity is known by its subject alone',
    file: `${SERVICE}/store/identities.ts`,
    find: ".where('issuer', '=', issuer)\n    .where('subject', '=', subject)\n    .executeTakeFirst()",
    replace: ".where('subject', '=', subject).executeTakeFirst()",
    tests: ['test/integration/auth-service/store/identities.test.ts'],
  },
  {
    name: 'an identity goes to a second account',
    file: `${SERVICE}/store/identities.ts`,
    find: 'return existing.account_id === accountId',
    replace: 'return true',
    tests: ['test/integration/auth-service/store/identities.test.ts'],
  },
  {
    name: 'an address links that the provider has not verified',
    file: `${SERVICE}/provider-sign-in.ts`,
    find: 'identity.isEmailVerified ? identity.email : undefined',
    replace: 'identity.email',
    tests: [`${PAGES}/provider-linking.test.ts`],
  },
  {
    name: 'an address links that nobody has verified here',
    file: `${SERVICE}/checks/account-linking.ts`,
    find: 'accountsWithAddress.filter(({ email_verified_at }) => email_verified_at !== null)',
    replace: '[...accountsWithAddress]',
    tests: [`${UNIT}/checks/account-linking.test.ts`],
  },
  {
    name: 'an account is made beside one with the same address',
    file: `${SERVICE}/checks/account-linking.ts`,
    find: 'return mayHaveAccount && accountsWithAddress.length === 0',
    replace: 'return mayHaveAccount',
    tests: [`${UNIT}/checks/account-linking.test.ts`],
  },
  {
    name: 'anybody gets an account where there is no rule',
    file: `${SERVICE}/checks/sign-up-rule.ts`,
    find: 'if (rule === null) return false',
    replace: 'if (rule === null) return true',
    tests: [`${UNIT}/checks/sign-up-rule.test.ts`],
  },
  {
    name: 'a domain counts that the provider has not verified',
    file: `${SERVICE}/checks/sign-up-rule.ts`,
    find: 'if (email === undefined || !isEmailVerified) return undefined',
    replace: 'if (email === undefined) return undefined',
    tests: [`${UNIT}/checks/sign-up-rule.test.ts`],
  },
  {
    name: 'a new account takes over an address that the provider has not verified',
    file: `${SERVICE}/provider-account.ts`,
    find: 'identity.isEmailVerified ? identity.email : undefined',
    replace: 'identity.email',
    tests: [`${UNIT}/provider-account.test.ts`],
  },
  {
    name: 'a disabled account gets in by a provider',
    file: `${SERVICE}/provider-sign-in.ts`,
    find: 'if (account.disabled_at !== null) {',
    replace: 'if (false) {',
    tests: [`${PAGES}/provider-sign-in.test.ts`],
  },
  {
    name: 'a provider is linked to another account than the one that wanted it',
    file: `${SERVICE}/endpoints/provider-callback.ts`,
    find: "if (session?.account_id !== linkToAccountId) return 'link-interrupted'",
    replace: '',
    tests: [`${PAGES}/provider-linking.test.ts`],
  },
  {
    name: 'a password is looked at where a provider is the only way in',
    file: `${SERVICE}/password-sign-in.ts`,
    find: "if (!takesPasswords) return { refused: 'password-not-taken' }",
    replace: '',
    tests: [`${PAGES}/only-way.test.ts`],
  },
  {
    name: 'a password signs in though a provider has just become the only way in',
    file: `${SERVICE}/browser/person.ts`,
    find: 'if (!isAsBefore || !takesPasswords)',
    replace: 'if (!isAsBefore)',
    tests: [`${PAGES}/only-way.test.ts`],
  },
  {
    name: 'a provider signs people in that was removed while it answered',
    file: `${SERVICE}/provider-sign-in.ts`,
    find: "if (provider?.issuer !== attempt.provider.issuer) return { refused: 'unknown-provider' }",
    replace:
      "if (provider === undefined) return { refused: 'unlinked', identity: nameIdentity(attempt.provider, identity) }",
    tests: [`${PAGES}/provider-changes.test.ts`],
  },
  {
    name: 'an account is made by the rule of before',
    file: `${SERVICE}/provider-sign-in.ts`,
    find: 'fitsSignUpRule(provider.signUpRule, identity)',
    replace: 'fitsSignUpRule(attempt.provider.signUpRule, identity)',
    tests: [`${PAGES}/provider-changes.test.ts`],
  },
  {
    name: 'an identity is linked whose provider was removed meanwhile',
    file: `${SERVICE}/provider-sign-in.ts`,
    find: '(await findOfferedProvider(transaction, provider))?.issuer !== identity.issuer',
    replace: 'false',
    tests: [`${PAGES}/provider-linking.test.ts`],
  },
  {
    name: 'another provider is gone to than the only way in',
    file: `${SERVICE}/provider-offer.ts`,
    find: 'offeredWays(await listProviders(db))',
    replace: '{ providers: await listProviders(db) }',
    tests: [`${PAGES}/only-way.test.ts`],
  },
]
