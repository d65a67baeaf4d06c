import type { DeleteResult } from 'kysely'
import type { PasswordLinksTable } from './schema.js'
import type { Reader, Writer } from './store.js'

export type PasswordLink = PasswordLinksTable

/** Stores a link. Any other of its account is good no more: the last one that somebody was given is the one. */
export async function insertPasswordLink(db: Writer, link: PasswordLink): Promise<void> {
  await removePasswordLinksOfAccount(db, link.account_id)
  await db.insertInto('password_links').values(link).execute()
}

export async function findPasswordLink(db: Reader, tokenHash: string): Promise<PasswordLink | undefined> {
  return db.selectFrom('password_links').selectAll().where('token_hash', '=', tokenHash).executeTakeFirst()
}

/** Uses a link up; answers whether it could be used until now. Of many at once, at any replica, one is answered so. */
export async function usePasswordLink(db: Writer, tokenHash: string, now: number): Promise<boolean> {
  const result = await db
    .updateTable('password_links')
    .set({ used_at: now })
    .where('token_hash', '=', tokenHash)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/** Removes the links that could still be used. */
export async function removePasswordLinksOfAccount(db: Writer, accountId: string): Promise<void> {
  await db
    .deleteFrom('password_links')
    .where('account_id', '=', accountId)
    .where('used_at', 'is', null)
    .execute()
}

/** Removes the invitations that could still be used. */
export async function removeInvitationsOfAccount(db: Writer, accountId: string): Promise<void> {
  await db
    .deleteFrom('password_links')
    .where('account_id', '=', accountId)
    .where('purpose', '=', 'invitation')
    .where('used_at', 'is', null)
    .execute()
}

/** Removes links that ended at this instant or before, at most so many. */
export async function removeEndedPasswordLinks(
  db: Writer,
  until: number,
  limit: number,
): Promise<DeleteResult> {
  return db
    .deleteFrom('password_links')
    .where('token_hash', 'in', (links) =>
      links.selectFrom('password_links').select('token_hash').where('expires_at', '<=', until).limit(limit),
    )
    .executeTakeFirst()
}
