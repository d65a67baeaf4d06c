import { OperatorError } from '../operator-error.js'
import type { Store } from './store.js'

export interface StoreOptions {
  /** `postgres://…` or `postgresql://…`. Without it the SQLite file is used. */
  databaseUrl?: string | undefined
  /** The SQLite file. */
  databasePath: string
  /** Epoch milliseconds. */
  now: () => number
}

/**
 * Opens the database and brings its schema up to date. Loads only the driver that is needed.
 * @throws OperatorError when the driver is not installed, or the schema is a newer version's.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  if (options.databaseUrl !== undefined) {
    const { default: driver } = await load('pg', () => import('pg'))
    const { openPostgresStore } = await import('./postgres-store.js')
    return openPostgresStore(driver, options.databaseUrl, options.now)
  }
  const { default: Libsql } = await load('libsql', () => import('libsql'))
  const { openSqliteStore } = await import('./sqlite-store.js')
  return openSqliteStore(Libsql, options.databasePath, options.now)
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
