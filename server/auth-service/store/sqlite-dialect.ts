import { setTimeout as delay } from 'node:timers/promises'
import { type Driver, SqliteDialect } from 'kysely'
import type LibsqlDatabase from 'libsql'
import { SqliteConnection } from './sqlite-connection.js'

/** How long a write waits for another process (an operator's command, a backup) to finish its own. */
const LOCK_WAIT_MS = 5_000
const LOCK_RETRY_MS = 5

/** Kysely's SQLite dialect on a libsql connection. */
export class LibsqlDialect extends SqliteDialect {
  protected readonly database: LibsqlDatabase.Database

  constructor(database: LibsqlDatabase.Database) {
    super({ database })
    this.database = database
  }

  override createDriver(): Driver {
    return new LibsqlDriver(this.database)
  }
}

/**
 * The same with transactions that take the write lock when they begin. A deferred one would take it at its first
 * change, and fail there when somebody else had written since its first read.
 */
export class ImmediateSqliteDialect extends LibsqlDialect {
  readonly #closing: AbortSignal

  /** @param closing once it is aborted, nobody waits for the write lock any more. */
  constructor(database: LibsqlDatabase.Database, closing: AbortSignal) {
    super(database)
    this.#closing = closing
  }

  override createDriver(): Driver {
    return new ImmediateDriver(this.database, this.#closing)
  }
}

/**
 * Kysely's own driver hands the connection from query to query, and wakes everybody who waits for it each time. libsql
 * has answered a query before anybody else gets a turn, so nobody has to wait. Whoever begins a transaction must be
 * alone on the connection until it ends.
 */
class LibsqlDriver implements Driver {
  readonly #connection: SqliteConnection
  protected readonly database: LibsqlDatabase.Database

  constructor(database: LibsqlDatabase.Database) {
    this.database = database
    this.#connection = new SqliteConnection(database)
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<SqliteConnection> {
    return this.#connection
  }

  async releaseConnection(): Promise<void> {}

  // `exec`, here and below: a prepared statement that failed with "busy" stays open in libsql until it is collected,
  // and SQLite allows no savepoint as long as a statement is open.
  async beginTransaction(): Promise<void> {
    this.database.exec('begin')
  }

  async commitTransaction(): Promise<void> {
    this.database.exec('commit')
  }

  // SQLite has rolled back already after some errors (disk full, I/O): a second rollback would hide the first error.
  async rollbackTransaction(): Promise<void> {
    if (this.database.inTransaction) this.database.exec('rollback')
  }

  async destroy(): Promise<void> {
    this.database.close()
  }
}

class ImmediateDriver extends LibsqlDriver {
  readonly #closing: AbortSignal

  constructor(database: LibsqlDatabase.Database, closing: AbortSignal) {
    super(database)
    this.#closing = closing
  }

  // Waits here and not in SQLite's busy handler, which would stop the event loop meanwhile.
  override async beginTransaction(): Promise<void> {
    // Made by the first who has to wait: a timer for each write costs more than its BEGIN.
    let hasWaitedLong: AbortSignal | undefined
    for (;;) {
      try {
        this.database.exec('begin immediate')
        return
      } catch (error) {
        hasWaitedLong ??= AbortSignal.timeout(LOCK_WAIT_MS)
        if (!isBusy(error) || hasWaitedLong.aborted || this.#closing.aborted) throw error
      }
      await delay(LOCK_RETRY_MS)
    }
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY')
}
