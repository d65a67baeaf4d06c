import type { KeysTable } from './schema.js'
import type { Reader, Writer } from './store.js'

export type KeyRow = KeysTable

/** Every key, in the order in which they begin to sign. */
export async function listKeys(db: Reader): Promise<KeyRow[]> {
  return db
    .selectFrom('keys')
    .selectAll()
    .orderBy('active_from')
    .orderBy('created_at')
    .orderBy('id')
    .execute()
}

export async function insertKey(db: Writer, key: KeyRow): Promise<void> {
  await db.insertInto('keys').values(key).execute()
}

/** Writes down when a key stops signing: its successor begins. */
export async function retireKey(db: Writer, id: string, at: number): Promise<void> {
  await db.updateTable('keys').set({ retired_at: at }).where('id', '=', id).execute()
}

/** Forgets keys: nothing that they signed counts any more. Gives the ids of those that were there. */
export async function removeKeys(db: Writer, ids: readonly string[]): Promise<string[]> {
  const removed = await db.deleteFrom('keys').where('id', 'in', ids).returning('id').execute()
  return removed.map(({ id }) => id)
}
