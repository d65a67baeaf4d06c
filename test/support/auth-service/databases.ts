import { join } from 'node:path'
import { type DatabaseLocation, openStore } from '../../../server/auth-service/store/open-store.js'
import type { Store } from '../../../server/auth-service/store/store.js'
import { freshDatabase } from '../fresh-database.js'
import { makeTemporaryFolder } from '../temporary-folder.js'

/** An empty database that any number of stores may open, as replicas do. */
export interface TestDatabase {
  location: DatabaseLocation
  open(): Promise<Store>
  /** Closes every store that was opened here, and removes the files if there are any. */
  remove(): Promise<void>
}

export const SQLITE = {
  name: 'SQLite',
  async make(): Promise<TestDatabase> {
    const folder = makeTemporaryFolder('auth-service-store')
    return database({ path: join(folder.path, 'auth-service.sqlite') }, () => folder.remove())
  },
}

const POSTGRES = {
  name: 'PostgreSQL',
  async make(): Promise<TestDatabase> {
    return database({ url: await freshDatabase() }, () => {})
  },
}

/** Both databases that the AuthService runs on, for tests that hold for either. */
export const DATABASES = [SQLITE, POSTGRES]

function database(location: DatabaseLocation, removeFiles: () => void): TestDatabase {
  const opened: Store[] = []
  return {
    location,
    async open() {
      const store = await openStore(location, Date.now)
      opened.push(store)
      return store
    },
    async remove() {
      await Promise.all(opened.map((store) => store.close()))
      removeFiles()
    },
  }
}
