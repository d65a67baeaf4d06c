import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import type { SqliteDatabase, SqliteStatement } from 'kysely'
import type Libsql from 'libsql'
import { StartError } from '../errors.js'

/** How long a statement waits for another process that writes to the same file. */
const BUSY_TIMEOUT_MS = 5_000

/** What is used of the driver: what kysely's SQLite dialect wants, and plain SQL for the migrations. */
export interface SqliteHandle extends SqliteDatabase {
  exec(sql: string): void
}

/**
 * Opens a SQLite file, readable by its owner only; makes it and its folder when they are missing. WAL with
 * `synchronous=FULL`: what was answered is on the disk. Statements are prepared once: the set of them is fixed,
 * since kysely binds every value.
 * @throws StartError when the driver is not installed or the file can't be used.
 */
export async function openSqlite(file: string): Promise<SqliteHandle> {
  const Driver = await loadDriver()
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    closeSync(openSync(file, 'a', 0o600))
    const database = new Driver(file)
    database.exec(`pragma busy_timeout = ${BUSY_TIMEOUT_MS}`)
    database.exec('pragma journal_mode = wal')
    database.exec('pragma synchronous = full')
    database.exec('pragma foreign_keys = on')
    const statements = new Map<string, SqliteStatement>()
    return {
      exec: (sql) => void database.exec(sql),
      close: () => void database.close(),
      prepare(sql) {
        let statement = statements.get(sql)
        if (!statement) {
          statement = prepareOnce(database, sql)
          statements.set(sql, statement)
        }
        return statement
      },
    }
  } catch (error) {
    throw new StartError(`the database ${file} can't be opened: ${(error as Error).message}`, {
      cause: error,
    })
  }
}

/** The driver looks up at every call whether a statement gives rows. It always does or never does. */
function prepareOnce(database: Libsql.Database, sql: string): SqliteStatement {
  const statement = database.prepare(sql)
  return {
    reader: statement.reader,
    all: (parameters) => statement.all(parameters),
    run: (parameters) => statement.run(parameters),
    iterate: (parameters) => statement.iterate(parameters),
  }
}

async function loadDriver(): Promise<typeof import('libsql')> {
  try {
    return (await import('libsql')).default
  } catch (error) {
    throw new StartError('the SQLite driver is missing: npm install libsql', { cause: error })
  }
}
