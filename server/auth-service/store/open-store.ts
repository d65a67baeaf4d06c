import { OperatorError } from '../operator-error.js'
import { messageOf } from './database-unavailable.js'
import type { SchemaChange } from './migrate.js'
import type { Store } from './store.js'

/** A PostgreSQL database by its `postgres://` URL, or a SQLite file, which is made if there is none. */
export type DatabaseLocation = { url: string } | { path: string }

/**
 * Opens the database, and makes the schema in an empty one. Loads only the driver that is needed.
 * @throws OperatorError when the driver is not installed, the database can't be opened, or its schema is a newer
 *   version's, or an older one's that may not be upgraded.
 */
export async function openStore(
  database: DatabaseLocation,
  now: () => number,
  { mayUpgrade = false }: Partial<SchemaChange> = {},
): Promise<Store> {
  const open = 'url' in database ? await postgres(database.url) : await sqlite(database.path)
  try {
    return await open({ mayUpgrade, now })
  } catch (error) {
    if (error instanceof OperatorError) throw error
    throw new OperatorError(`the database can't be opened: ${messageOf(error)}`, { cause: error })
  }
}

type Open = (change: SchemaChange) => Promise<Store>

async function postgres(url: string): Promise<Open> {
  const { default: driver } = await load('pg', () => import('pg'))
  const { openPostgresStore } = await import('./postgres-store.js')
  return (change) => openPostgresStore(driver, url, change)
}

async function sqlite(path: string): Promise<Open> {
  const { default: Libsql } = await load('libsql', () => import('libsql'))
  const { openSqliteStore } = await import('./sqlite-store.js')
  return (change) => openSqliteStore(Libsql, path, change)
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
