import { prepareQuery } from './prepared-query.js'
import { readTogether } from './read-together.js'
import type { AuthorizationCodesTable } from './schema.js'
import type { Writer } from './store.js'

export type AuthorizationCode = AuthorizationCodesTable

const insert = prepareQuery((db, code: AuthorizationCode) =>
  db.insertInto('authorization_codes').values(code),
)

export async function insertAuthorizationCode(db: Writer, code: AuthorizationCode): Promise<void> {
  await insert(db, code)
}

const byHash = prepareQuery((db, hashes: readonly string[]) =>
  db.selectFrom('authorization_codes').selectAll().where('code_hash', 'in', hashes),
)

/** Finds a code by its hash. */
export const findAuthorizationCode = readTogether(async (db, hashes) => {
  const { rows } = await byHash(db, hashes)
  return new Map(rows.map((code) => [code.code_hash, code]))
})

const redeem = prepareQuery((db, { hash, now }: { hash: string; now: number }) =>
  db
    .updateTable('authorization_codes')
    .set({ redeemed_at: now })
    .where('code_hash', '=', hash)
    .where('redeemed_at', 'is', null),
)

/** Marks a code as redeemed if nobody did before; answers whether this call was the one. */
export async function redeemAuthorizationCode(db: Writer, codeHash: string, now: number): Promise<boolean> {
  const { numAffectedRows } = await redeem(db, { hash: codeHash, now })
  return numAffectedRows === 1n
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
