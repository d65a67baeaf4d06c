import { randomBytes } from 'node:crypto'
import type { Store } from './store.js'

const CURSOR_KEY_BYTES = 32

/** The key under which paging cursors are sealed, made at first use; kept, so that cursors survive a restart. */
export async function cursorKey({ read }: Store): Promise<Buffer> {
  // Two programs that start at once both insert, one wins, and both read what that was.
  await read
    .insertInto('secrets')
    .values({ name: 'cursor', value: randomBytes(CURSOR_KEY_BYTES).toString('base64url') })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  const row = await read
    .selectFrom('secrets')
    .select('value')
    .where('name', '=', 'cursor')
    .executeTakeFirstOrThrow()
  return Buffer.from(row.value, 'base64url')
}
