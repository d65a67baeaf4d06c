import type { ColumnMetadata } from 'kysely'
import { sql } from 'kysely'
import { TABLES } from '../../../server/auth-service/store/all-rows.js'
import type { Store } from '../../../server/auth-service/store/store.js'

/** What rows refer to each other by. */
const REFERENCES: Readonly<Record<string, string>> = {
  'accounts.id': 'account',
  'clients.id': 'client',
  'resources.url': 'https://api.example.org',
  'providers.name': 'provider',
  account_id: 'account',
  link_to_account_id: 'account',
  client_id: 'client',
  resource: 'https://api.example.org',
  provider: 'provider',
}

/** A grant that is alive. */
const ABSENT = ['revoked_at', 'revoked_reason', 'restored_at']

const AWKWARD_TEXT = '{"a":"line\u2028\n\\","b":"ü 🗝 \'; drop table"}'
const LARGE_NUMBER = 8_640_000_000_000_000

/** Adds one row to every table that there is, with a value in every column. */
export async function everyTable(store: Store): Promise<void> {
  const tables = await store.read.introspection.getTables()
  await store.write(async (transaction) => {
    for (const name of TABLES) {
      const columns = tables.find((table) => table.name === name)?.columns ?? []
      const values = columns.map((column) => valueFor(name, column))
      await sql`insert into ${sql.table(name)} (${sql.join(columns.map((column) => sql.ref(column.name)))})
        values (${sql.join(values)})`.execute(transaction)
    }
  })
}

function valueFor(table: string, { name, dataType }: ColumnMetadata): string | number | null {
  if (ABSENT.includes(name)) return null
  const reference = REFERENCES[`${table}.${name}`] ?? REFERENCES[name]
  if (reference !== undefined) return reference
  return dataType.toLowerCase() === 'text' ? AWKWARD_TEXT : LARGE_NUMBER
}
