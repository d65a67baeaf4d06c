import { Kysely, SqliteDialect, sql, type Transaction } from 'kysely'
import { migrate } from './migrations.js'
import type { Database } from './schema.js'
import { openSqlite } from './sqlite.js'

/** What the functions of this folder run on: reads take either, changes of more than one row want a transaction. */
export type Reader = Kysely<Database> | Transaction<Database>
export type Writer = Transaction<Database>

/** The database. Everything that a promise of it has resolved for is on the disk. */
export interface Store {
  /** For reading, and for changes that are one statement. */
  readonly read: Kysely<Database>
  /** Runs a job in a transaction and resolves with its value only after COMMIT; a job that throws leaves nothing. */
  write<T>(job: (transaction: Writer) => Promise<T>): Promise<T>
  /** Resolves when the database answers. */
  check(): Promise<void>
  close(): Promise<void>
}

/**
 * Opens the database and brings it to the newest version.
 * @throws StartError
 */
export async function openStore(file: string): Promise<Store> {
  const sqlite = await openSqlite(file)
  try {
    migrate(sqlite)
  } catch (error) {
    sqlite.close()
    throw error
  }
  const read = new Kysely<Database>({ dialect: new SqliteDialect({ database: sqlite }) })
  return {
    read,
    write: (job) => read.transaction().execute(job),
    async check() {
      await sql`select 1`.execute(read)
    },
    close: () => read.destroy(),
  }
}
