import { prepareQuery } from './prepared-query.js'
import type { Reader, Writer } from './store.js'

const byJti = prepareQuery((db, { jti }: { jti: string }) =>
  db.selectFrom('revoked_access_tokens').select('jti').where('jti', '=', jti).limit(1),
)

export async function isAccessTokenRevoked(db: Reader, jti: string): Promise<boolean> {
  const { rows } = await byJti(db, { jti })
  return rows.length > 0
}

/** Revoking a token a second time changes nothing. */
export async function revokeAccessToken(db: Writer, jti: string, expiresAt: number): Promise<void> {
  await db
    .insertInto('revoked_access_tokens')
    .values({ jti, expires_at: expiresAt })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}
