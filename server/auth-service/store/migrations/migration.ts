import {
  type ColumnDataType,
  type ColumnDefinitionBuilder,
  type CreateTableBuilder,
  type Kysely,
  sql,
} from 'kysely'

/** One step of the schema's history. Once released, a migration is never changed: the next step is a new one. */
export interface Migration {
  name: string
  up(db: Kysely<never>, dialect: Dialect): Promise<void>
}

export type Dialect = 'sqlite' | 'postgres'

/** The type of instants, numbers and flags. */
export function integerOf(dialect: Dialect): ColumnDataType {
  return dialect === 'sqlite' ? 'integer' : 'bigint'
}

/** Begins a table. STRICT makes SQLite refuse what PostgreSQL would; WITHOUT ROWID saves the second tree under a text key. */
export function createTable(db: Kysely<never>, name: string, dialect: Dialect) {
  return strict(db.schema.createTable(name), dialect)
}

function strict<T extends string, C extends string>(
  table: CreateTableBuilder<T, C>,
  dialect: Dialect,
): CreateTableBuilder<T, C> {
  return dialect === 'sqlite' ? table.modifyEnd(sql`strict, without rowid`) : table
}

/** A column with the account that its row goes with. */
export const ofAccount = (column: ColumnDefinitionBuilder) =>
  column.notNull().references('accounts.id').onDelete('cascade')

/** A column with the client that its row goes with. */
export const ofClient = (column: ColumnDefinitionBuilder) =>
  column.notNull().references('clients.id').onDelete('cascade')

/** Makes the index of one column. */
export async function index(db: Kysely<never>, table: string, column: string): Promise<void> {
  await db.schema.createIndex(`${table}_${column}`).on(table).column(column).execute()
}
