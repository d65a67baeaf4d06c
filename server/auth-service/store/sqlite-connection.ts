import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely'
import type LibsqlDatabase from 'libsql'

/**
 * How many statements are kept. The service has about a hundred; only lists of changing length (`in (?, ?, …)`) make
 * more of them.
 */
const MAX_STATEMENTS = 300

interface Prepared {
  statement: LibsqlDatabase.Statement<unknown[]>
  /** Whether it answers rows. */
  isReader: boolean
}

/**
 * Kysely's view of a libsql connection. It keeps prepared statements for the next time: to prepare one takes longer
 * than to run it.
 */
export class SqliteConnection implements DatabaseConnection {
  readonly #database: LibsqlDatabase.Database
  /** By their text, the one that was used longest ago first. */
  readonly #statements = new Map<string, Prepared>()

  constructor(database: LibsqlDatabase.Database) {
    this.#database = database
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const prepared = this.#take(sql)
    const result = run<R>(prepared, parameters)
    // Only now: libsql leaves a statement that failed open, and SQLite allows no savepoint beside it. It is let go.
    this.#keep(sql, prepared)
    return result
  }

  async *streamQuery<R>(
    { sql, parameters }: CompiledQuery,
    chunkSize = 1,
  ): AsyncIterableIterator<QueryResult<R>> {
    let rows: R[] = []
    for (const row of this.#database.prepare(sql).iterate(parameters)) {
      rows.push(row as R)
      if (rows.length < chunkSize) continue
      yield { rows }
      rows = []
    }
    if (rows.length > 0) yield { rows }
  }

  #take(sql: string): Prepared {
    const kept = this.#statements.get(sql)
    if (kept !== undefined) {
      this.#statements.delete(sql)
      return kept
    }
    const statement = this.#database.prepare(sql)
    return { statement, isReader: statement.reader }
  }

  #keep(sql: string, prepared: Prepared): void {
    this.#statements.set(sql, prepared)
    if (this.#statements.size <= MAX_STATEMENTS) return
    for (const oldest of this.#statements.keys()) {
      this.#statements.delete(oldest)
      return
    }
  }
}

function run<R>({ statement, isReader }: Prepared, parameters: readonly unknown[]): QueryResult<R> {
  if (isReader) return { rows: statement.all(parameters) as R[] }
  const { changes } = statement.run(parameters)
  return { rows: [], numAffectedRows: BigInt(changes) }
}
