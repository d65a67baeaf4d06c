import type { Kysely, Transaction } from 'kysely'
import type { Database } from './schema.js'

/** What the functions of this folder run on: reads take either, changes want the transaction of a write. */
export type Reader = Kysely<Database> | Transaction<Database>
export type Writer = Transaction<Database>

/** The database, whichever it is. */
export interface Store {
  /** For reading what has been committed. */
  readonly read: Kysely<Database>

  /**
   * Runs a job in a transaction and resolves with its value only after COMMIT. The job awaits nothing but the
   * transaction it gets (no signing, hashing, network) and may run again after a serialization failure, so it
   * has no side effects. A job that throws is rolled back alone, and `write` rejects with what it threw.
   */
  write<T>(job: (transaction: Writer) => Promise<T>): Promise<T>

  /** Waits for writes in progress and closes. What waits for somebody else's lock is given up. */
  close(): Promise<void>
}
