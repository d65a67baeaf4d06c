import { randomBytes } from 'node:crypto'
import type { Store } from './store.js'

const CURSOR_KEY_BYTES = 32

/** The key under which paging cursors are sealed, made at first use; kept, so that cursors survive a restart. */
export async function cursorKey(store: Store): Promise<Buffer> {
  return store.write(async (transaction) => {
    await transaction
      .insertInto('secrets')
      .values({ name: 'cursor', value: randomBytes(CURSOR_KEY_BYTES).toString('base64url') })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    const row = await transaction
      .selectFrom('secrets')
      .select('value')
      .where('name', '=', 'cursor')
      .executeTakeFirstOrThrow()
    return Buffer.from(row.value, 'base64url')
  })
}
