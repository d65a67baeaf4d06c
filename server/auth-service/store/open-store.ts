import { OperatorError } from '../operator-error.js'
import { DatabaseUnavailable } from './database-unavailable.js'
import type { Store } from './store.js'

/** A PostgreSQL database by its `postgres://` URL, or a SQLite file, which is made if there is none. */
export type DatabaseLocation = { url: string } | { path: string }

/**
 * Opens the database and brings its schema up to date. Loads only the driver that is needed.
 * @param now epoch milliseconds, for the record of migrations.
 * @throws OperatorError when the driver is not installed, the database can't be opened, or its schema is a newer
 *   version's.
 */
export async function openStore(database: DatabaseLocation, now: () => number): Promise<Store> {
  const open = 'url' in database ? await postgres(database.url) : await sqlite(database.path)
  try {
    return await open(now)
  } catch (error) {
    if (error instanceof OperatorError) throw error
    throw new OperatorError(`the database can't be opened: ${messageOf(error)}`, { cause: error })
  }
}

type Open = (now: () => number) => Promise<Store>

async function postgres(url: string): Promise<Open> {
  const { default: driver } = await load('pg', () => import('pg'))
  const { openPostgresStore } = await import('./postgres-store.js')
  return (now) => openPostgresStore(driver, url, now)
}

async function sqlite(path: string): Promise<Open> {
  const { default: Libsql } = await load('libsql', () => import('libsql'))
  const { openSqliteStore } = await import('./sqlite-store.js')
  return (now) => openSqliteStore(Libsql, path, now)
}

// A host with several addresses fails once for each, and the sum of it has no message of its own.
function messageOf(error: unknown): string {
  if (error instanceof DatabaseUnavailable) return messageOf(error.cause)
  if (error instanceof AggregateError) return messageOf(error.errors[0])
  return error instanceof Error ? error.message : String(error)
}

async function load<T>(name: string, importPackage: () => Promise<T>): Promise<T> {
  try {
    return await importPackage()
  } catch (error) {
    throw new OperatorError(`the package ${name}, which this database needs, is not installed`, {
      hint: `npm install ${name}`,
      cause: error,
    })
  }
}
