import { type Kysely, sql, type Transaction } from 'kysely'
import { OperatorError } from '../operator-error.js'
import type { Dialect, Migration } from './migrations/migration.js'
import { migrations } from './migrations.js'

interface MigrationsTable {
  migrations: { name: string; applied_at: number }
}

const LOCK_TIMEOUT_MS = 500

// Any number that nothing else on this database server locks: "auth" in ASCII.
const ADVISORY_LOCK = 0x61757468

/** What may become of a schema. */
export interface SchemaChange {
  /**
   * Whether a database of an older version becomes one of this: that can't be undone, and ends what still runs of that
   * version. An empty database gets the schema in any case.
   */
  mayUpgrade: boolean
  /** Epoch milliseconds, for the record of migrations. */
  now: () => number
}

/**
 * Brings the database to the newest schema inside the given transaction, which on SQLite holds the write lock
 * and here takes a lock on PostgreSQL: of several programs that start at once, one migrates and the others
 * find the work done.
 * @throws OperatorError when a newer version has migrated this database already, or an older one that may not become this.
 */
export async function migrate<DB>(
  transaction: Transaction<DB>,
  options: SchemaChange & { dialect: Dialect; known?: readonly Migration[] },
): Promise<void> {
  const { known = migrations, mayUpgrade, now } = options
  const db = transaction as unknown as Kysely<MigrationsTable>
  if (options.dialect === 'postgres') {
    await sql`select pg_advisory_xact_lock(${ADVISORY_LOCK})`.execute(db)
    // From here on who waits is in the way of others.
    await sql`set local lock_timeout = ${sql.lit(LOCK_TIMEOUT_MS)}`.execute(db)
  }
  await db.schema
    .createTable('migrations')
    .ifNotExists()
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('applied_at', options.dialect === 'sqlite' ? 'integer' : 'bigint', (column) =>
      column.notNull(),
    )
    .execute()
  const applied = new Set((await db.selectFrom('migrations').select('name').execute()).map((row) => row.name))
  refuseNewer(applied, known)
  const missing = known.filter(({ name }) => !applied.has(name))
  if (applied.size > 0 && !mayUpgrade) refuseOlder(missing)
  for (const { name, up } of missing) {
    await up(db as unknown as Kysely<never>, options.dialect)
    await db.insertInto('migrations').values({ name, applied_at: now() }).execute()
  }
}

function refuseOlder(missing: readonly Migration[]): void {
  const [first] = missing
  if (first === undefined) return
  throw new OperatorError(
    `the database was written by an older version of the AuthService (it has no migration ${first.name})`,
    {
      hint: 'use that version, or start this one on it, which brings it up to date for good; make a backup before',
    },
  )
}

function refuseNewer(applied: ReadonlySet<string>, known: readonly Migration[]): void {
  const names = new Set(known.map((migration) => migration.name))
  const unknown = [...applied].filter((name) => !names.has(name))
  if (unknown.length === 0) return
  throw new OperatorError(
    `the database was written by a newer version of the AuthService (it has migration ${unknown.join(', ')})`,
    { hint: 'start that version, or restore the backup that was made before the upgrade' },
  )
}
