import type { Writer } from './store.js'

/** Changes what pages and applications call a person. */
export async function setName(db: Writer, accountId: string, name: string): Promise<void> {
  await db.updateTable('accounts').set({ name }).where('id', '=', accountId).execute()
}
