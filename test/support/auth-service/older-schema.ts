import type { Kysely } from 'kysely'
import type { Store } from '../../../server/auth-service/store/store.js'

/** Undoes the migration of an index, as if a version from before it had made the database. */
export async function makeOlder(store: Store): Promise<void> {
  await store.write(async (transaction) => {
    const db = transaction as unknown as Kysely<{ migrations: { name: string } }>
    await db.schema.dropIndex('authorization_codes_underway').execute()
    for (const column of ['account_id', 'client_id']) {
      await db.schema
        .createIndex(`authorization_codes_${column}`)
        .on('authorization_codes')
        .column(column)
        .execute()
    }
    await db.deleteFrom('migrations').where('name', '=', '013-codes-underway').execute()
  })
}
