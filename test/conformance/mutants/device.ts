import type { Mutant } from '../mutate.js'

const SERVICE = 'server/auth-service'
const POLLS = 'test/unit/server/auth-service/grants/device-poll.test.ts'
const GRANT = 'test/integration/auth-service/device-code.test.ts'
const ENDPOINT = 'test/integration/auth-service/device-authorization.test.ts'
const PAGES = 'test/integration/auth-service/pages/device.test.ts'
const GUESSING = 'test/integration/auth-service/pages/device-guessing.test.ts'
const CLAIMS = 'test/unit/server/auth-service/checks/device-claim.test.ts'
const CODES = 'test/unit/server/auth-service/tokens/device-codes.test.ts'

/** Logins on devices without a browser. */
export const device: readonly Mutant[] = [
  {
    name: 'a device code is good for any client',
    file: `${SERVICE}/grants/device-code.ts`,
    find: 'if (found.client_id !== client.id) {',
    replace: 'if (false) {',
    tests: [GRANT],
  },
  {
    name: 'a client that was turned off goes on redeeming device codes',
    file: `${SERVICE}/grants/device-code.ts`,
    find: 'if (client.deviceScopes === null) {',
    replace: 'if (false) {',
    tests: [GRANT],
  },
  {
    name: 'a device code gives tokens for another resource',
    file: `${SERVICE}/grants/device-code.ts`,
    find: 'refuseOtherResource(parameters.resources, found.resource)',
    replace: '',
    tests: [GRANT],
  },
  {
    name: 'a second use of a device code is only refused',
    file: `${SERVICE}/grants/device-code.ts`,
    find: 'await endRedeemedLogin(transaction, row, source, now)',
    replace: '',
    tests: [GRANT],
  },
  {
    name: 'a device gets tokens for an account that has ended since',
    file: `${SERVICE}/grants/device-code.ts`,
    find: 'if (ended !== undefined) return { ended }',
    replace: '',
    tests: [GRANT],
  },
  {
    name: 'a device gets tokens for a resource that is gone',
    file: `${SERVICE}/grants/device-code.ts`,
    find: "if (!(await isOffered(transaction, resource))) return { ended: 'the resource is registered no more' }",
    replace: '',
    tests: [GRANT],
  },
  {
    name: 'a device code is never over',
    file: `${SERVICE}/grants/device-poll.ts`,
    find: 'now >= row.expires_at',
    replace: 'false',
    tests: [POLLS],
  },
  {
    name: 'a device may poll as fast as it likes',
    file: `${SERVICE}/grants/device-poll.ts`,
    find: 'row.polled_at !== null && now <',
    replace: 'row.polled_at !== null && 0 * now >',
    tests: [POLLS],
  },
  {
    name: 'a device that is too fast is not slowed down',
    file: `${SERVICE}/grants/device-poll.ts`,
    find: 'Math.min(intervalSeconds + SLOW_DOWN_SECONDS, MAX_INTERVAL_SECONDS)',
    replace: 'intervalSeconds',
    tests: [POLLS],
  },
  {
    name: 'a device gets tokens before the person has decided',
    file: `${SERVICE}/grants/device-poll.ts`,
    find: 'return row.approved_at === null',
    replace: 'return row.approved_at === 0',
    tests: [POLLS],
  },
  {
    name: 'a device gets tokens twice',
    file: `${SERVICE}/grants/device-poll.ts`,
    find: "if (row.redeemed_at !== null) return { action: 'end-grant' }",
    replace: '',
    tests: [POLLS],
  },
  {
    name: 'how long a device must wait is forgotten',
    file: `${SERVICE}/store/device-authorizations.ts`,
    find: '.set({ polled_at: now, interval_seconds: intervalSeconds })',
    replace: '.set({ polled_at: now })',
    tests: [GRANT],
  },
  {
    name: 'device logins survive the end of all logins of the account',
    file: `${SERVICE}/store/logins.ts`,
    find: '  await removeUnredeemedDeviceAuthorizations(db, own)\n  await removePasswordLinksOfAccount',
    replace: '  await removePasswordLinksOfAccount',
    tests: [GRANT],
  },
  {
    name: 'any client may start device logins',
    file: `${SERVICE}/endpoints/device-authorization.ts`,
    find: 'if (deviceScopes === null) {',
    replace: 'if (false) {',
    tests: [ENDPOINT],
  },
  {
    name: 'a client gets more on other devices than an operator lets it have',
    file: `${SERVICE}/checks/device-scopes.ts`,
    find: "allowed === 'any' ? scopes : scopes.filter((scope) => allowed.includes(scope))",
    replace: 'scopes',
    tests: ['test/unit/server/auth-service/checks/device-scopes.test.ts'],
  },
  {
    name: 'any number of device logins is started',
    file: `${SERVICE}/start-limit.ts`,
    find: 'await countFailure(transaction, key, PER_SOURCE, now)',
    replace: '',
    tests: [ENDPOINT],
  },
  {
    name: 'user codes are stored under no key',
    file: `${SERVICE}/tokens/device-codes.ts`,
    find: "createHmac('sha256', deriveKey(secret, 'device-codes'))",
    replace: "createHmac('sha256', '')",
    tests: [CODES],
  },
  {
    name: 'user codes are spelled with few letters',
    file: `${SERVICE}/tokens/device-codes.ts`,
    find: 'LETTERS[randomInt(LETTERS.length)]',
    replace: 'LETTERS[randomInt(4)]',
    tests: [CODES],
  },
  {
    name: 'a code leads on in any browser',
    file: `${SERVICE}/checks/device-claim.ts`,
    find: "if (row.claimed_by !== null && row.claimed_by !== browser) return 'the code was entered in another browser'",
    replace: '',
    tests: [CLAIMS],
  },
  {
    name: 'a code leads on after its end',
    file: `${SERVICE}/checks/device-claim.ts`,
    find: "if (!isDecided && now >= row.expires_at) return 'the code has expired'",
    replace: '',
    tests: [CLAIMS],
  },
  {
    name: 'a person decides about a code that they have not entered',
    file: `${SERVICE}/store/device-authorizations.ts`,
    find: "    .where('claimed_by', '=', browser)\n    .where('approved_at', 'is', null)",
    replace: "    .where('approved_at', 'is', null)",
    tests: ['test/integration/auth-service/store/device-decisions.test.ts'],
  },
  {
    name: 'the second decision counts',
    file: `${SERVICE}/store/device-authorizations.ts`,
    find: "    .where('approved_at', 'is', null)\n    .where('denied_at', 'is', null)\n",
    replace: '',
    tests: ['test/integration/auth-service/store/device-decisions.test.ts'],
  },
  {
    name: 'who isn’t signed in learns whether a code exists',
    file: `${SERVICE}/endpoints/device-steps.ts`,
    find: "if (person === undefined) return reply.redirect(interactionPath(context, 'signIn', interaction), 303)\n  const accountId = person.account.id",
    replace: "const accountId = person?.account.id ?? ''",
    tests: [GUESSING],
  },
  {
    name: 'a link with the code in it claims the code',
    file: `${SERVICE}/endpoints/device.ts`,
    find: '    const { interaction, browserId } = opened\n',
    replace:
      "    const { interaction, browserId } = opened\n    const linked = await findPerson(context, request)\n    if (linked && interaction.query !== 'user_code=') return goOnWithDevice(context, { request, reply }, { person: linked, interaction })\n",
    tests: [PAGES],
  },
  {
    name: 'the page of a device is shown before its code was entered',
    file: `${SERVICE}/endpoints/device-consent.ts`,
    find: 'row?.claimed_by === interaction.browser',
    replace: 'row',
    tests: [GUESSING],
  },
  {
    name: 'who was signed out everywhere meanwhile allows a device',
    file: `${SERVICE}/endpoints/device-consent.ts`,
    find: 'if (!(await isStillSignedIn(transaction, { accountId, authenticatedAt }))) return false',
    replace: '',
    tests: [PAGES],
  },
  {
    name: 'a person may guess as many user codes as they like',
    file: `${SERVICE}/device-code-guessing.ts`,
    find: "key('account', entry.accountId), ",
    replace: '',
    tests: [GUESSING],
  },
  {
    name: 'from one place any number of user codes is guessed',
    file: `${SERVICE}/device-code-guessing.ts`,
    find: ", key('source', sourceOf(entry.ip))]",
    replace: ']',
    tests: [GUESSING],
  },
  {
    name: 'all together may guess as many user codes as they like',
    file: `${SERVICE}/device-code-guessing.ts`,
    find: 'await countFailure(transaction, total, IN_TOTAL, now)',
    replace: '',
    tests: [GUESSING],
  },
  {
    name: 'who waits for the end of a window guesses twice as often',
    file: `${SERVICE}/device-code-guessing.ts`,
    find: ', slides: true }',
    replace: ' }',
    tests: [GUESSING],
  },
]
