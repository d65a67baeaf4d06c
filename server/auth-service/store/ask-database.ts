import { sql } from 'kysely'
import type { Reader } from './store.js'

/** Asks the database for something that it always knows. @throws whatever it throws while it can't answer. */
export async function askDatabase(db: Reader): Promise<void> {
  await sql`select 1`.execute(db)
}
