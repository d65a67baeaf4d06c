import { OperatorError } from '../operator-error.js'
import { insertAllRows, type RowCounts, type TableRows } from '../store/all-rows.js'
import { isDatabaseUnavailable, sqlState } from '../store/database-unavailable.js'
import type { Store } from '../store/store.js'
import type { DataFile } from './read-data-file.js'

/**
 * Puts what a file holds into an empty database: all of it in one transaction, or nothing. Whoever starts a server on
 * the same database meanwhile waits, or makes this fail.
 *
 * @param change what becomes of the rows on their way.
 * @returns how many rows of each table there are then, as counted there.
 * @throws OperatorError when the database is not empty or refuses a row, or the file is damaged.
 */
export async function loadDataFile(
  store: Store,
  file: DataFile,
  change: (rows: TableRows) => TableRows = (rows) => rows,
): Promise<RowCounts> {
  try {
    // This job waits for a file: nobody else writes through this store. It may run again, and then reads it again.
    return await store.write((transaction) => insertAllRows(transaction, changed(file, change)))
  } catch (error) {
    if (!isRefusal(error)) throw error
    throw new OperatorError(`the database did not take it: ${error.message}`, {
      hint: 'nothing was changed',
      cause: error,
    })
  }
}

async function* changed(file: DataFile, change: (rows: TableRows) => TableRows): AsyncGenerator<TableRows> {
  for await (const rows of file.rows()) yield change(rows)
}

/** What either database says of rows that don't belong together, and SQLite of a disk that is full. */
function isRefusal(error: unknown): error is Error {
  if (!(error instanceof Error) || error instanceof OperatorError) return false
  // A server that goes away during COMMIT may have done it.
  if (sqlState(error) !== undefined && isDatabaseUnavailable(error)) return false
  return 'code' in error && !('syscall' in error)
}
