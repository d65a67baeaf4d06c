import type { AuthorizationCodesTable } from './schema.js'
import type { Reader, Writer } from './store.js'

export type AuthorizationCode = AuthorizationCodesTable

export async function insertAuthorizationCode(db: Writer, code: AuthorizationCode): Promise<void> {
  await db.insertInto('authorization_codes').values(code).execute()
}

export async function findAuthorizationCode(
  db: Reader,
  codeHash: string,
): Promise<AuthorizationCode | undefined> {
  return db.selectFrom('authorization_codes').selectAll().where('code_hash', '=', codeHash).executeTakeFirst()
}

/** Marks a code as redeemed if nobody did before; answers whether this call was the one. */
export async function redeemAuthorizationCode(db: Writer, codeHash: string, now: number): Promise<boolean> {
  const result = await db
    .updateTable('authorization_codes')
    .set({ redeemed_at: now })
    .where('code_hash', '=', codeHash)
    .where('redeemed_at', 'is', null)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/** Whose codes are meant: those of an account, or for a resource. */
type CodesOf = { column: 'account_id' | 'resource'; value: string }

/** Codes that are still on their way to a client: what they would give belongs to a login that has ended. */
export async function removeUnredeemedCodes(db: Writer, { column, value }: CodesOf): Promise<void> {
  await db
    .deleteFrom('authorization_codes')
    .where(column, '=', value)
    .where('redeemed_at', 'is', null)
    .execute()
}
