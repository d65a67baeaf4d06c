import { join } from 'node:path'
import { openStore } from '../../../server/auth-service/store/open-store.js'
import type { Store } from '../../../server/auth-service/store/store.js'
import { makeTemporaryFolder } from '../temporary-folder.js'

/** An empty, migrated database on a SQLite file of its own. */
export interface TestStore extends Store {
  /** The SQLite file, for a second store or process on the same data. */
  path: string
  /** Closes the store and removes the file. */
  remove(): Promise<void>
}

export async function openTestStore(): Promise<TestStore> {
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
