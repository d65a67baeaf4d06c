import { type Kysely, sql, type Transaction } from 'kysely'
import { OperatorError } from '../operator-error.js'
import type { Dialect, Migration } from './migrations/migration.js'
import { migrations } from './migrations.js'

interface MigrationsTable {
  migrations: { name: string; applied_at: number }
}

// Any number that nothing else on this database server locks: "auth" in ASCII.
const ADVISORY_LOCK = 0x61757468

/**
 * Brings the database to the newest schema inside the given transaction, which on SQLite holds the write lock
 * and here takes a lock on PostgreSQL: of several programs that start at once, one migrates and the others
 * find the work done.
 * @throws OperatorError when a newer version has migrated this database already.
 */
export async function migrate<DB>(
  transaction: Transaction<DB>,
  options: { dialect: Dialect; now: number; known?: readonly Migration[] },
): Promise<void> {
  const known = options.known ?? migrations
  const db = transaction as unknown as Kysely<MigrationsTable>
  if (options.dialect === 'postgres') await sql`select pg_advisory_xact_lock(${ADVISORY_LOCK})`.execute(db)
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
  for (const migration of known) {
    if (applied.has(migration.name)) continue
    await migration.up(db as unknown as Kysely<never>, options.dialect)
    await db.insertInto('migrations').values({ name: migration.name, applied_at: options.now }).execute()
  }
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
