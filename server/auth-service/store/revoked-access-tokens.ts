import type { Reader, Writer } from './store.js'

export async function isAccessTokenRevoked(db: Reader, jti: string): Promise<boolean> {
  const row = await db
    .selectFrom('revoked_access_tokens')
    .select('jti')
    .where('jti', '=', jti)
    .executeTakeFirst()
  return row !== undefined
}

/** Revoking a token a second time changes nothing. */
export async function revokeAccessToken(db: Writer, jti: string, expiresAt: number): Promise<void> {
  await db
    .insertInto('revoked_access_tokens')
    .values({ jti, expires_at: expiresAt })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}
