import { join } from 'node:path'
import { openStore } from '../../../server/auth-service/store/open-store.js'
import type { Store } from '../../../server/auth-service/store/store.js'
import { makeTemporaryFolder } from '../temporary-folder.js'

/** An empty, migrated database: a SQLite file of its own, or a PostgreSQL database in the project `postgresql`. */
export interface TestStore extends Store {
  /** The SQLite file, for a second store or process on the same data; empty on PostgreSQL. */
  path: string
  /** Closes the store and removes what is in it. */
  remove(): Promise<void>
}

export async function openTestStore(): Promise<TestStore> {
  if (process.env['AUTH_SERVICE_TEST_DATABASE'] === 'PostgreSQL') return openOnPostgres()
  const folder = makeTemporaryFolder('auth-service-store')
  const path = join(folder.path, 'auth-service.sqlite')
  const store = await openStore({ path }, Date.now)
  return {
    ...store,
    path,
    async remove() {
      await store.close()
      folder.remove()
    },
  }
}

// Loaded where it is needed: the URL of the server comes from vitest, and not everybody who opens a store is a test.
async function openOnPostgres(): Promise<TestStore> {
  const { POSTGRES } = await import('./databases.js')
  const database = await POSTGRES.make()
  return { ...(await database.open()), path: '', remove: () => database.remove() }
}
