import { sql } from 'kysely'
import { OperatorError } from '../operator-error.js'
import type { Database } from './schema.js'
import type { Reader, Store, Writer } from './store.js'

/** How many rows are read, kept in memory and written at once: with so many columns, far from what a statement may hold. */
export const ROWS_AT_ONCE = 500

export type TableName = keyof Database

/** What a column of ours may hold. */
export type Value = string | number | null

/** Some rows of a table, each with its values in the order of the columns. */
export interface TableRows {
  table: TableName
  columns: readonly string[]
  rows: readonly (readonly Value[])[]
}

/** How many rows a table has. */
export type RowCounts = Record<TableName, number>

/**
 * Every table with its primary key, in an order in which each comes after those that it refers to. What is remembered
 * nowhere but in the record of migrations follows from the schema.
 */
const PRIMARY_KEYS = {
  accounts: ['id'],
  clients: ['id'],
  resources: ['url'],
  keys: ['id'],
  providers: ['name'],
  client_access: ['client_id'],
  identities: ['issuer', 'subject'],
  grants: ['id'],
  authorization_codes: ['code_hash'],
  device_authorizations: ['device_code_hash'],
  revoked_access_tokens: ['jti'],
  browser_sessions: ['id_hash'],
  consents: ['account_id', 'client_id', 'resource'],
  throttles: ['key'],
  provider_sign_ins: ['state_hash'],
  security_events: ['account_id', 'event', 'at', 'id'],
  password_links: ['token_hash'],
} as const satisfies { [Table in TableName]: readonly (keyof Database[Table] & string)[] }

/** The tables, in an order in which their rows can be inserted. */
export const TABLES = Object.keys(PRIMARY_KEYS) as TableName[]

/** No row of any table. */
export function noRows(): RowCounts {
  return Object.fromEntries(TABLES.map((table) => [table, 0])) as RowCounts
}

/**
 * Reads everything as it is at one instant, while others go on writing: a reader stops nobody on either database.
 * Nothing else may be read from this store meanwhile.
 *
 * @param receive gets the rows of each table in turn, so many at a time, and at least once for each table.
 *   The columns of no rows are none.
 */
export async function readAllRows(
  { read }: Pick<Store, 'read'>,
  receive: (rows: TableRows) => Promise<void>,
): Promise<void> {
  await read
    .transaction()
    // SQLite knows one kind of transaction, which is like this.
    .setIsolationLevel('repeatable read')
    .execute(async (transaction) => {
      for (const table of TABLES) await readTable(transaction, table, receive)
    })
}

async function readTable(
  db: Reader,
  table: TableName,
  receive: (rows: TableRows) => Promise<void>,
): Promise<void> {
  const key: readonly string[] = PRIMARY_KEYS[table]
  let after: Record<string, Value> | undefined
  do {
    const rows = await page(db, { table, key, after })
    const columns = Object.keys(rows[0] ?? {})
    await receive({ table, columns, rows: rows.map((row) => columns.map((column) => row[column] ?? null)) })
    after = rows.length === ROWS_AT_ONCE ? rows.at(-1) : undefined
  } while (after !== undefined)
}

async function page(
  db: Reader,
  {
    table,
    key,
    after,
  }: { table: TableName; key: readonly string[]; after: Record<string, Value> | undefined },
): Promise<Record<string, Value>[]> {
  const columns = sql.join(key.map((column) => sql.ref(column)))
  const where = after ? sql`where (${columns}) > (${sql.join(key.map((column) => after[column]))})` : sql``
  const { rows } = await sql<Record<string, Value>>`
    select * from ${sql.table(table)} ${where} order by ${columns} limit ${sql.lit(ROWS_AT_ONCE)}
  `.execute(db)
  return rows
}

/**
 * Puts rows into a database that has none, and counts them there.
 * @throws OperatorError when it has rows, refuses one, or doesn't hold all of them in the end.
 */
export async function insertAllRows(db: Writer, batches: AsyncIterable<TableRows>): Promise<RowCounts> {
  await refuseRows(db)
  const inserted = noRows()
  for await (const batch of batches) {
    if (batch.rows.length > 0) await refuseOtherColumns(db, batch)
    await insertRows(db, batch)
    inserted[batch.table] += batch.rows.length
  }
  for (const table of TABLES) {
    const rows = await countRows(db, table)
    if (rows !== inserted[table]) {
      throw new OperatorError(`the table ${table} has ${rows} rows and not ${inserted[table]}`)
    }
  }
  return inserted
}

async function refuseRows(db: Reader): Promise<void> {
  for (const table of TABLES) {
    const { rows } = await sql`select 1 from ${sql.table(table)} limit 1`.execute(db)
    if (rows.length === 0) continue
    throw new OperatorError('this database is not empty', {
      hint: 'name a new one, or move the file of the old one out of the way; nothing was changed',
    })
  }
}

/** A column that is missing would be filled with its default, which says that a grant that ended is alive. */
async function refuseOtherColumns(db: Reader, { table, columns }: TableRows): Promise<void> {
  // One row, whatever the table holds: without one, a query has no columns here.
  const { rows } = await sql<object>`
    select ours.* from (select 1) as one left join ${sql.table(table)} as ours on 1 = 0
  `.execute(db)
  const ours = Object.keys(rows[0] ?? {})
  if (columns.length === ours.length && ours.every((column) => columns.includes(column))) return
  throw new OperatorError(`the columns of ${table} are not those of this database`, {
    hint: 'nothing was changed; take another copy',
  })
}

async function insertRows(db: Writer, { table, columns, rows }: TableRows): Promise<void> {
  if (rows.length === 0) return
  const names = sql.join(columns.map((column) => sql.ref(column)))
  const values = sql.join(rows.map((row) => sql`(${sql.join(row)})`))
  await sql`insert into ${sql.table(table)} (${names}) values ${values}`.execute(db)
}

async function countRows(db: Reader, table: TableName): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from ${sql.table(table)}`.execute(db)
  return rows[0]?.count ?? 0
}
