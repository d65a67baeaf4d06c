import {
  type CompiledQuery,
  type DatabaseConnection,
  type QueryResult,
  SelectQueryNode,
  ValueNode,
} from 'kysely'
import type LibsqlDatabase from 'libsql'

/**
 * How many statements of a kind are kept. The service has about a hundred; only lists of changing length
 * (`in (?, ?, …)`) make more of them.
 */
const MAX_STATEMENTS = 300

interface Prepared {
  statement: LibsqlDatabase.Statement<unknown[]>
  /** The names of the columns that it answers; undefined where it answers no rows. */
  columns: readonly string[] | undefined
}

/** By their text, the one that was used longest ago first. */
type Statements = Map<string, Prepared>

/**
 * Kysely's view of a libsql connection. It keeps prepared statements for the next time: to prepare one takes longer
 * than to run it.
 */
export class SqliteConnection implements DatabaseConnection {
  readonly #database: LibsqlDatabase.Database
  /** One text has a statement for one row and another for a list: after a list, libsql's `get` takes the old parameters. */
  readonly #forOneRow: Statements = new Map()
  readonly #forMore: Statements = new Map()

  constructor(database: LibsqlDatabase.Database) {
    this.#database = database
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const statements = wantsOneRow(query) ? this.#forOneRow : this.#forMore
    const prepared = this.#take(statements, query.sql)
    const result = run<R>(prepared, query)
    // Only now: libsql leaves a statement that failed open, and SQLite allows no savepoint beside it. It is let go.
    keep(statements, query.sql, prepared)
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

  #take(statements: Statements, sql: string): Prepared {
    const kept = statements.get(sql)
    if (kept !== undefined) {
      statements.delete(sql)
      return kept
    }
    const statement = this.#database.prepare(sql)
    if (!statement.reader) return { statement, columns: undefined }
    // Arrays, which libsql makes in half the time that it takes for objects.
    return { statement: statement.raw(), columns: columnsOf(statement) }
  }
}

function keep(statements: Statements, sql: string, prepared: Prepared): void {
  statements.set(sql, prepared)
  if (statements.size <= MAX_STATEMENTS) return
  for (const oldest of statements.keys()) {
    statements.delete(oldest)
    return
  }
}

function run<R>(prepared: Prepared, query: CompiledQuery): QueryResult<R> {
  if (prepared.columns === undefined) {
    const { changes } = prepared.statement.run(query.parameters)
    return { rows: [], numAffectedRows: BigInt(changes) }
  }
  const rows = read(prepared.statement, query)
  // SQLite prepares a statement anew by itself when another process has changed the schema.
  if (rows[0] && rows[0].length !== prepared.columns.length) prepared.columns = columnsOf(prepared.statement)
  const { columns } = prepared
  return { rows: rows.map((row) => toObject<R>(columns, row)) }
}

/** One row for `limit 1`: libsql is quicker with it than with a list of one. */
function read(statement: Prepared['statement'], query: CompiledQuery): unknown[][] {
  if (!wantsOneRow(query)) return statement.all(query.parameters) as unknown[][]
  const row = statement.get(query.parameters) as unknown[] | undefined
  return row === undefined ? [] : [row]
}

function wantsOneRow({ query }: CompiledQuery): boolean {
  if (!SelectQueryNode.is(query) || query.limit === undefined) return false
  const { limit } = query.limit
  return ValueNode.is(limit) && limit.value === 1
}

function columnsOf(statement: Prepared['statement']): string[] {
  return statement.columns().map(({ name }) => name)
}

function toObject<R>(columns: readonly string[], values: readonly unknown[]): R {
  const row: Record<string, unknown> = {}
  for (let index = 0; index < columns.length; index += 1) row[columns[index] ?? ''] = values[index]
  return row as R
}
