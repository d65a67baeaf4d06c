import type { Reader, Writer } from './store.js'

/** Whose items: the pair that names a person for ever (OIDC Core §5.7). */
export interface Account {
  issuer: string
  subject: string
}

/** Answers whether this account has been here before. */
export async function isKnownAccount(db: Reader, account: Account): Promise<boolean> {
  const row = await db
    .selectFrom('accounts')
    .select('number')
    .where('issuer', '=', account.issuer)
    .where('subject', '=', account.subject)
    .executeTakeFirst()
  return row !== undefined
}

/** Gives a new account a row and answers true; false when it had one. */
export async function addAccount(db: Writer, account: Account): Promise<boolean> {
  const result = await db
    .insertInto('accounts')
    .values({ issuer: account.issuer, subject: account.subject })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n
}
