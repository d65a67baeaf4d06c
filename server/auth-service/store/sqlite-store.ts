import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { Kysely } from 'kysely'
import type LibsqlDatabase from 'libsql'
import { createGroupCommit } from './group-commit.js'
import { migrate, type SchemaChange } from './migrate.js'
import type { Database } from './schema.js'
import { ImmediateSqliteDialect, LibsqlDialect } from './sqlite-dialect.js'
import type { Store } from './store.js'

/** Only for the rare moments in which SQLite itself locks readers out, such as recovery after a crash. */
const BUSY_TIMEOUT_MS = 5_000

/**
 * Opens (and makes, mode 0600, in a folder of mode 0700) a SQLite file, with the schema of this version. Two
 * connections: reads see what has been committed and never queue behind writes. Several processes may have
 * the same file open.
 */
export async function openSqliteStore(
  Libsql: typeof LibsqlDatabase,
  path: string,
  change: SchemaChange,
): Promise<Store> {
  createPrivateFile(path)
  const writing = open(Libsql, path)
  // Who waits for the write lock waits in `ImmediateSqliteDialect`: SQLite's own waiting stops the event loop.
  writing.exec('pragma busy_timeout = 0')
  const reading = open(Libsql, path)
  reading.exec('pragma query_only = on')
  const closing = new AbortController()
  const writer = new Kysely<Database>({ dialect: new ImmediateSqliteDialect(writing, closing.signal) })
  const read = new Kysely<Database>({ dialect: new LibsqlDialect(reading) })
  const commits = createGroupCommit(writer)

  let closed: Promise<void> | undefined
  async function close(): Promise<void> {
    closing.abort()
    await commits.finish()
    reading.close()
    moveLogIntoFile(writing)
    writing.close()
  }

  try {
    await commits.write((transaction) => migrate(transaction, { dialect: 'sqlite', ...change }))
  } catch (error) {
    await close()
    throw error
  }
  return {
    read,
    write: commits.write,
    close: () => {
      closed ??= close()
      return closed
    },
  }
}

function open(Libsql: typeof LibsqlDatabase, path: string): LibsqlDatabase.Database {
  const database = new Libsql(path)
  database.exec(`pragma busy_timeout = ${BUSY_TIMEOUT_MS}`)
  database.exec('pragma journal_mode = wal')
  // FULL: what was answered survives a power cut, not only a killed process.
  database.exec('pragma synchronous = full')
  database.exec('pragma foreign_keys = on')
  return database
}

/** So that whoever copies the file after a stop finds everything in it. */
function moveLogIntoFile(database: LibsqlDatabase.Database): void {
  try {
    database.prepare('pragma wal_checkpoint(truncate)').all()
  } catch {
    // Somebody else is reading or writing. Nothing is lost: the log stays beside the file, and the next one does this.
  }
}

// SQLite gives its -wal and -shm files the mode of the main file.
function createPrivateFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  closeSync(openSync(path, 'a', 0o600))
  chmodSync(path, 0o600)
}
