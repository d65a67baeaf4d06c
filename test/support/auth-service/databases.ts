import { join } from 'node:path'
import pg from 'pg'
import { type DatabaseLocation, openStore } from '../../../server/auth-service/store/open-store.js'
import type { Store } from '../../../server/auth-service/store/store.js'
import { freshDatabase } from '../fresh-database.js'
import { makeTemporaryFolder } from '../temporary-folder.js'

/** A database without a row of anybody's that any number of stores may open, as replicas do. */
export interface TestDatabase {
  location: DatabaseLocation
  open(): Promise<Store>
  /** Closes every store that was opened here, and removes the rows or the files. */
  remove(): Promise<void>
}

export const SQLITE = {
  name: 'SQLite',
  async make(): Promise<TestDatabase> {
    const folder = makeTemporaryFolder('auth-service-store')
    return database({ path: join(folder.path, 'auth-service.sqlite') }, () => folder.remove())
  },
  /** One without tables, for tests of what makes or changes them. */
  makeEmpty(): Promise<TestDatabase> {
    return SQLITE.make()
  },
}

export const POSTGRES = {
  name: 'PostgreSQL',
  async make(): Promise<TestDatabase> {
    const url = emptied.pop() ?? (await freshDatabase())
    return database({ url }, async () => {
      await emptyDatabase(url)
      emptied.push(url)
    })
  },
  async makeEmpty(): Promise<TestDatabase> {
    return database({ url: await freshDatabase() }, () => {})
  },
}

/** To empty a database takes a tenth of the time of making one. */
const emptied: string[] = []

async function emptyDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<{ tables: string | null }>(
      `select string_agg(quote_ident(tablename), ', ') as tables from pg_tables
       where schemaname = 'public' and tablename <> 'migrations'`,
    )
    if (rows[0]?.tables) await client.query(`truncate ${rows[0].tables}`)
  } finally {
    await client.end()
  }
}

/** Both databases that the AuthService runs on, for tests that hold for either. */
export const DATABASES = [SQLITE, POSTGRES]

function database(location: DatabaseLocation, remove: () => Promise<void> | void): TestDatabase {
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
      await remove()
    },
  }
}
