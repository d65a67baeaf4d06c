/** The connection to the database could not be had, or was lost. Whether a COMMIT that was under way took place is not known. */
export class DatabaseUnavailable extends Error {
  constructor(cause: unknown) {
    super('the database does not answer', { cause })
    this.name = 'DatabaseUnavailable'
  }
}

/** PostgreSQL's words for "not now", by the beginning of their SQLSTATE. */
const NOT_NOW = [
  // The connection, resources (disk, memory, connections), a shutdown or a time limit, the disk; one's own idleness.
  '08',
  '53',
  '57',
  '58',
  '25P03',
  // A server that may only be read, since another one has taken its place.
  '25006',
  // A lock, or an order of writes, that could not be had in all attempts.
  '55P03',
  '40001',
  '40P01',
]

/** Likewise SQLite's: somebody holds the write lock for too long, the disk is full, or it fails. */
const SQLITE_NOT_NOW = ['SQLITE_BUSY', 'SQLITE_FULL', 'SQLITE_IOERR', 'SQLITE_CANTOPEN', 'SQLITE_READONLY']

/** Whether the same request may well succeed later: the fault is neither its own nor the program's. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (error instanceof DatabaseUnavailable) return true
  const state = sqlState(error)
  if (state !== undefined) return NOT_NOW.some((beginning) => state.startsWith(beginning))
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return SQLITE_NOT_NOW.some((beginning) => code.startsWith(beginning))
}

/** What PostgreSQL itself says; undefined for everything else that goes wrong. */
export function sqlState(error: unknown): string | undefined {
  const isFromServer = error instanceof Error && 'severity' in error && 'code' in error
  return isFromServer ? String(error.code) : undefined
}

/** What the database, or the network on the way to it, has said. */
export function messageOf(error: unknown): string {
  if (error instanceof DatabaseUnavailable) return messageOf(error.cause)
  // A host with several addresses fails once for each, and the sum of it has no message of its own.
  if (error instanceof AggregateError) return messageOf(error.errors[0])
  return error instanceof Error ? error.message : String(error)
}
