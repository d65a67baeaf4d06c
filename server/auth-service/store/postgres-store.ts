import { randomInt } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { Kysely, PostgresDialect, sql } from 'kysely'
import type pg from 'pg'
import { OperatorError } from '../operator-error.js'
import { sqlState } from './database-unavailable.js'
import { migrate, type SchemaChange } from './migrate.js'
import { createConnections } from './postgres-connections.js'
import type { Database } from './schema.js'
import type { Store, Writer } from './store.js'

/** What one process takes from the database server, and how long it waits for it. */
export interface PostgresLimits {
  connections: number
  /** For a connection, be it a new one or one that others are using. */
  connectTimeoutMs: number
  /** The server's own, for a statement, and for a transaction in which nothing happens. */
  statementTimeoutMs: number
  /** For a server that has gone without a word, and so can't keep its own time limit. */
  answerTimeoutMs: number
}

const LIMITS: PostgresLimits = {
  connections: 10,
  connectTimeoutMs: 5_000,
  statementTimeoutMs: 10_000,
  answerTimeoutMs: 12_000,
}

/** With that many connections' writers after one row, a job loses this often only if something else is wrong. */
const MAX_ATTEMPTS = 50
const MAX_BACKOFF_MS = 50

/** Three minutes: of those who have a table open, a backup is the one that takes longest. */
const MAX_MIGRATION_ATTEMPTS = 120
const MIGRATION_PAUSE_MS = 1_000

const LOCK_NOT_AVAILABLE = '55P03'
const SERIALIZATION_FAILURE = '40001'
const DEADLOCK = '40P01'
const INT8 = 20

/**
 * Opens a PostgreSQL database, with the schema of this version. A write is one SERIALIZABLE transaction, so that
 * a job may rely on what it read exactly as it may on SQLite, where writes come one after another.
 */
export async function openPostgresStore(
  driver: typeof pg,
  url: string,
  change: SchemaChange,
  limits: PostgresLimits = LIMITS,
): Promise<Store> {
  const pool = new driver.Pool({
    connectionString: url,
    max: limits.connections,
    connectionTimeoutMillis: limits.connectTimeoutMs,
    statement_timeout: limits.statementTimeoutMs,
    // A replica that hangs in the middle of a write keeps the others from its rows no longer than this.
    idle_in_transaction_session_timeout: limits.statementTimeoutMs,
    keepAlive: true,
    types: {
      getTypeParser: ((oid, format) =>
        oid === INT8 ? Number : driver.types.getTypeParser(oid, format)) as typeof driver.types.getTypeParser,
    },
  })
  // An idle connection that the server closes is replaced at the next query; without a listener it ends the process.
  pool.on('error', () => {})
  const open = (answerTimeoutMs?: number) =>
    new Kysely<Database>({ dialect: new PostgresDialect({ pool: createConnections(pool, answerTimeoutMs) }) })
  const read = open(limits.answerTimeoutMs)
  const inProgress = new Set<Promise<unknown>>()
  let closed = false

  async function write<T>(job: (transaction: Writer) => Promise<T>): Promise<T> {
    if (closed) throw new Error('the store is closed')
    const result = runJob(read, job)
    inProgress.add(result)
    try {
      return await result
    } finally {
      inProgress.delete(result)
    }
  }

  async function close(): Promise<void> {
    closed = true
    await Promise.allSettled(inProgress)
    await read.destroy()
  }

  try {
    await bringSchema(open(), change)
  } catch (error) {
    await close()
    throw error
  }
  return { read, write, close }
}

/**
 * Read committed: a serializable transaction would still see the old schema after it waited for its turn. And no limits
 * on that, nor on the work: a large table takes its time, and so does another replica that is at it. But who waits for
 * the lock of a table makes everybody else wait behind: that ends soon, and is tried again when they have gone on.
 */
async function bringSchema(db: Kysely<Database>, change: SchemaChange): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction().execute(async (transaction) => {
        await sql`set local statement_timeout = 0`.execute(transaction)
        await migrate(transaction, { dialect: 'postgres', ...change })
      })
    } catch (error) {
      if (sqlState(error) !== LOCK_NOT_AVAILABLE) throw error
      if (attempt === MAX_MIGRATION_ATTEMPTS)
        throw new OperatorError('the tables are in use by something else', {
          hint: 'end what has kept them open for so long, a backup for example; nothing was changed',
          cause: error,
        })
    }
    await delay(MIGRATION_PAUSE_MS)
  }
}

async function runJob<T>(db: Kysely<Database>, job: (transaction: Writer) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction().setIsolationLevel('serializable').execute(job)
    } catch (error) {
      if (!mayRunAgain(error) || attempt === MAX_ATTEMPTS) throw error
    }
    await delay(randomInt(Math.min(2 ** attempt, MAX_BACKOFF_MS) + 1))
  }
}

function mayRunAgain(error: unknown): boolean {
  return [SERIALIZATION_FAILURE, DEADLOCK].includes(sqlState(error) ?? '')
}
