import type { Mutant } from '../mutate.js'

const STORE = 'server/auth-service/store'
const TROUBLE = 'test/integration/auth-service/store/postgres-trouble.test.ts'
const DEAD_GRANTS = 'test/integration/auth-service/store/dead-grants.test.ts'

/** What the AuthService relies on its database for, and what it does while that is away. */
export const database: readonly Mutant[] = [
  {
    name: 'two redemptions of a code may both be the one',
    file: `${STORE}/authorization-codes.ts`,
    find: ".where('code_hash', '=', hash)\n    .where('redeemed_at', 'is', null),",
    replace: ".where('code_hash', '=', hash),",
    tests: ['test/integration/auth-service/store/atomic-steps.test.ts'],
  },
  {
    name: 'two polls with a device code may both get the tokens',
    file: `${STORE}/device-authorizations.ts`,
    find: ".where('approved_at', 'is not', null)\n    .where('redeemed_at', 'is', null)",
    replace: ".where('approved_at', 'is not', null)",
    tests: ['test/integration/auth-service/store/device-decisions.test.ts'],
  },
  {
    name: 'two writes of two replicas may each not see the other',
    file: `${STORE}/postgres-store.ts`,
    find: "setIsolationLevel('serializable')",
    replace: "setIsolationLevel('read committed')",
    tests: ['test/integration/auth-service/store/atomic-steps.test.ts'],
  },
  {
    name: 'a write that lost against another one is not tried again',
    file: `${STORE}/postgres-store.ts`,
    find: 'if (!mayRunAgain(error) || attempt === MAX_ATTEMPTS) throw error',
    replace: 'throw error',
    tests: ['test/integration/auth-service/store/atomic-steps.test.ts'],
  },
  {
    name: 'a write that the database undid is answered as done',
    file: `${STORE}/postgres-connections.ts`,
    find: "if (sql === 'commit' && result.command === 'ROLLBACK') {",
    replace: 'if (false) {',
    tests: [TROUBLE],
  },
  {
    name: 'a replica that hangs keeps its locks',
    file: `${STORE}/postgres-store.ts`,
    find: '    idle_in_transaction_session_timeout: limits.statementTimeoutMs,\n',
    replace: '',
    tests: [TROUBLE],
  },
  {
    name: 'a database server that says nothing is waited for without end',
    file: `${STORE}/postgres-store.ts`,
    find: 'const read = open(limits.answerTimeoutMs)',
    replace: 'const read = open()',
    tests: [TROUBLE],
  },
  {
    name: 'a migration that takes long is given up',
    file: `${STORE}/postgres-store.ts`,
    find: '        await sql`set local statement_timeout = 0`.execute(transaction)\n',
    replace: '',
    tests: [TROUBLE],
  },
  {
    name: 'a program is told that the fault is a bug while the database is away',
    file: 'server/auth-service/error-answers.ts',
    find: 'if (isDatabaseUnavailable(error)) {',
    replace: 'if (false) {',
    tests: [TROUBLE],
  },
  {
    name: 'a person is told that the fault is a bug while the database is away',
    file: 'server/auth-service/endpoints/page-errors.ts',
    find: 'return isDatabaseUnavailable(error)\n',
    replace: 'return false\n',
    tests: [TROUBLE],
  },
  {
    name: 'a command upgrades a database on which servers of an older version run',
    file: `${STORE}/migrate.ts`,
    find: 'if (applied.size > 0 && !mayUpgrade) refuseOlder(missing)',
    replace: '',
    tests: ['test/integration/auth-service/store/migrate.test.ts'],
  },
  {
    name: 'an upgrade that waits for a table makes everybody wait',
    file: `${STORE}/migrate.ts`,
    find: 'const LOCK_TIMEOUT_MS = 500',
    replace: 'const LOCK_TIMEOUT_MS = 0',
    tests: [TROUBLE],
  },
  {
    name: 'a login that is alive is forgotten',
    file: `${STORE}/dead-grants.ts`,
    find: 'endOf(row, lifetimes) <= now - DEAD_GRANTS_KEPT_MS',
    replace: 'endOf(row, lifetimes) > 0',
    tests: [DEAD_GRANTS],
  },
  {
    name: 'a login is forgotten as soon as it ends',
    file: `${STORE}/dead-grants.ts`,
    find: '<= now - DEAD_GRANTS_KEPT_MS',
    replace: '<= now',
    tests: [DEAD_GRANTS],
  },
  {
    name: 'a code is forgotten as soon as it ends, and its second use with it',
    file: `${STORE}/expired.ts`,
    find: "            .selectFrom('authorization_codes')\n            .select('code_hash')\n            .where('expires_at', '<=', now - CODES_KEPT_MS)",
    replace:
      "            .selectFrom('authorization_codes')\n            .select('code_hash')\n            .where('expires_at', '<=', now)",
    tests: ['test/integration/auth-service/store/expired.test.ts'],
  },
]
