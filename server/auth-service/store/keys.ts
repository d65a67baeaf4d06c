import type { KeysTable } from './schema.js'
import type { Reader, Writer } from './store.js'

export type KeyRow = KeysTable

/** Every key that has not been retired, oldest first. */
export async function listKeys(db: Reader): Promise<KeyRow[]> {
  return db
    .selectFrom('keys')
    .selectAll()
    .where('retired_at', 'is', null)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
}

export async function insertKey(db: Writer, key: KeyRow): Promise<void> {
  await db.insertInto('keys').values(key).execute()
}
