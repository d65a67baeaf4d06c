import type { Mutant } from '../mutate.js'

const SERVICE = 'server/auth-service'
const DATA_FILE = `${SERVICE}/data-file`
const RESTORED = `${SERVICE}/store/restored-grants.ts`
const MOVES = ['test/integration/auth-service/data/moves.test.ts']
const LOGINS = ['test/integration/auth-service/data/restored-logins.test.ts']
const ROTATION = ['test/unit/server/auth-service/grants/refresh-rotation.test.ts']
const ROWS = ['test/unit/server/auth-service/data-file/restored-rows.test.ts']
const READING = ['test/unit/server/auth-service/data-file/read-data-file.test.ts']

/** What a backup brings back, and what is taken for one. */
export const dataMoves: readonly Mutant[] = [
  {
    name: 'any grant takes a token from after the backup',
    file: `${SERVICE}/grants/refresh-rotation.ts`,
    find: 'if (row.restoredAt !== null) {',
    replace: 'if (true) {',
    tests: ROTATION,
  },
  {
    name: 'a grant that was not from a backup takes a newer token',
    file: RESTORED,
    find: ".where('restored_at', 'is not', null)",
    replace: '',
    tests: LOGINS,
  },
  {
    name: 'a newer token undoes what was used meanwhile',
    file: RESTORED,
    find: ".where('generation', '=', generation)",
    replace: '',
    tests: LOGINS,
  },
  {
    name: 'a newer token brings back a grant that ended meanwhile',
    file: RESTORED,
    find: ".where('revoked_at', 'is', null)",
    replace: '',
    tests: LOGINS,
  },
  {
    name: 'logins go on after a restore',
    file: `${DATA_FILE}/restored-rows.ts`,
    find: "if (table !== 'grants') return batch",
    replace: 'return batch',
    tests: ROWS,
  },
  {
    name: 'codes and links can be used once more after a restore',
    file: `${DATA_FILE}/restored-rows.ts`,
    find: 'if (used !== undefined) return',
    replace: 'if (false) return',
    tests: ROWS,
  },
  {
    name: 'browsers are signed in again after a restore',
    file: `${DATA_FILE}/restored-rows.ts`,
    find: 'if (OF_BROWSERS.includes(table))',
    replace: 'if (false)',
    tests: ROWS,
  },
  {
    name: 'a restore is put on top of what there is',
    file: `${SERVICE}/store/all-rows.ts`,
    find: 'await refuseRows(db)',
    replace: '',
    tests: MOVES,
  },
  {
    name: 'a backup is a mix of several instants',
    file: `${SERVICE}/store/all-rows.ts`,
    find: ".setIsolationLevel('repeatable read')",
    replace: '',
    tests: MOVES,
  },
  {
    name: 'a backup is imported as if nothing had happened since',
    file: `${SERVICE}/commands/data/import.ts`,
    find: "if (file.header.kind !== 'export')",
    replace: 'if (false)',
    tests: MOVES,
  },
  {
    name: 'a backup can be read by others',
    file: `${DATA_FILE}/write-data-file.ts`,
    find: "open(temporary, 'wx', 0o600)",
    replace: "open(temporary, 'wx', 0o644)",
    tests: ['test/integration/auth-service/data/files.test.ts'],
  },
  {
    name: 'a backup that was changed is taken for whole',
    file: `${DATA_FILE}/read-data-file.ts`,
    find: "if (end.sha256 !== hash.digest('hex'))",
    replace: 'if (false)',
    tests: READING,
  },
  {
    name: 'keys that had leaked are in use again after a restore',
    file: `${SERVICE}/commands/data/restore.ts`,
    find: "rows.table === 'keys' && changeKeys ? changeKeys(rows) : restoredRows(rows, options)",
    replace: 'restoredRows(rows, options)',
    tests: MOVES,
  },
  {
    name: 'a restore takes any secret',
    file: `${DATA_FILE}/keys-in-place.ts`,
    find: "decryptKey(secret, valueIn(row, 'id'), valueIn(row, 'encrypted_private'))",
    replace: '{}',
    tests: MOVES,
  },
  {
    name: 'a column that a file does not have is made up',
    file: `${SERVICE}/store/all-rows.ts`,
    find: 'if (columns.length === ours.length && ours.every((column) => columns.includes(column))) return',
    replace: 'return',
    tests: MOVES,
  },
  {
    name: 'a file may have any number of rows in memory at once',
    file: `${DATA_FILE}/read-data-file.ts`,
    find: ' || batch.rows.length === ROWS_AT_ONCE',
    replace: '',
    tests: READING,
  },
  {
    name: 'without hard links a backup is put in the place of another file',
    file: `${DATA_FILE}/write-data-file.ts`,
    find: "open(path, 'wx', 0o600).catch",
    replace: "open(path, 'w', 0o600).catch",
    tests: ['test/unit/server/auth-service/data-file/write-data-file.test.ts'],
  },
  {
    name: 'a mistyped name makes an empty backup',
    file: `${SERVICE}/commands/database.ts`,
    find: "if ('path' in database && !existsSync(database.path)) {",
    replace: 'if (false) {',
    tests: ['test/integration/auth-service/data/files.test.ts'],
  },
  {
    name: 'rows of another schema are put in',
    file: `${DATA_FILE}/read-data-file.ts`,
    find: 'if (header.version !== FORMAT.version || !isOurSchema(header.schema))',
    replace: 'if (false)',
    tests: READING,
  },
]
