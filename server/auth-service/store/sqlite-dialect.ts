import { setTimeout as delay } from 'node:timers/promises'
import { SqliteDialect, SqliteDriver } from 'kysely'
import type LibsqlDatabase from 'libsql'

/** How long a write waits for another process (an operator's command, a backup) to finish its own. */
const LOCK_WAIT_MS = 10_000
const LOCK_RETRY_MS = 5

/**
 * Kysely's SQLite dialect, with transactions that take the write lock when they begin. A deferred one would take
 * it at its first change, and fail there when somebody else had written since its first read.
 */
export class ImmediateSqliteDialect extends SqliteDialect {
  readonly #database: LibsqlDatabase.Database

  constructor(database: LibsqlDatabase.Database) {
    super({ database })
    this.#database = database
  }

  override createDriver(): SqliteDriver {
    return new ImmediateDriver(this.#database)
  }
}

class ImmediateDriver extends SqliteDriver {
  readonly #database: LibsqlDatabase.Database

  constructor(database: LibsqlDatabase.Database) {
    super({ database })
    this.#database = database
  }

  // `exec`, here and below: a prepared statement that failed with "busy" stays open in libsql until it is collected,
  // and SQLite allows no savepoint as long as a statement is open.
  override async beginTransaction(): Promise<void> {
    // Waits here and not in SQLite's busy handler, which would stop the event loop meanwhile.
    for (let waited = 0; ; waited += LOCK_RETRY_MS) {
      try {
        this.#database.exec('begin immediate')
        return
      } catch (error) {
        if (!isBusy(error) || waited >= LOCK_WAIT_MS) throw error
      }
      await delay(LOCK_RETRY_MS)
    }
  }

  override async commitTransaction(): Promise<void> {
    this.#database.exec('commit')
  }

  // SQLite has rolled back already after some errors (disk full, I/O): a second rollback would hide the first error.
  override async rollbackTransaction(): Promise<void> {
    if (this.#database.inTransaction) this.#database.exec('rollback')
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY')
}
