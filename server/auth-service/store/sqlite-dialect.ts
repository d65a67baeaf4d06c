import { setTimeout as delay } from 'node:timers/promises'
import { SqliteDialect, SqliteDriver } from 'kysely'
import type LibsqlDatabase from 'libsql'

/** How long a write waits for another process (an operator's command, a backup) to finish its own. */
const LOCK_WAIT_MS = 5_000
const LOCK_RETRY_MS = 5

/**
 * Kysely's SQLite dialect, with transactions that take the write lock when they begin. A deferred one would take
 * it at its first change, and fail there when somebody else had written since its first read.
 */
export class ImmediateSqliteDialect extends SqliteDialect {
  readonly #database: LibsqlDatabase.Database
  readonly #closing: AbortSignal

  /** @param closing once it is aborted, nobody waits for the write lock any more. */
  constructor(database: LibsqlDatabase.Database, closing: AbortSignal) {
    super({ database })
    this.#database = database
    this.#closing = closing
  }

  override createDriver(): SqliteDriver {
    return new ImmediateDriver(this.#database, this.#closing)
  }
}

class ImmediateDriver extends SqliteDriver {
  readonly #database: LibsqlDatabase.Database
  readonly #closing: AbortSignal

  constructor(database: LibsqlDatabase.Database, closing: AbortSignal) {
    super({ database })
    this.#database = database
    this.#closing = closing
  }

  // `exec`, here and below: a prepared statement that failed with "busy" stays open in libsql until it is collected,
  // and SQLite allows no savepoint as long as a statement is open.
  override async beginTransaction(): Promise<void> {
    // Waits here and not in SQLite's busy handler, which would stop the event loop meanwhile.
    const hasWaitedLong = AbortSignal.timeout(LOCK_WAIT_MS)
    for (;;) {
      try {
        this.#database.exec('begin immediate')
        return
      } catch (error) {
        if (!isBusy(error) || hasWaitedLong.aborted || this.#closing.aborted) throw error
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
