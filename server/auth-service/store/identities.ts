import type { IdentitiesTable } from './schema.js'
import type { Reader, Writer } from './store.js'

export type Identity = IdentitiesTable

/** Somebody at a provider. The issuer and the subject are who it is; the rest is to be shown. */
export interface UnlinkedIdentity {
  issuer: string
  subject: string
  /** The name of the provider. */
  provider: string
  email: string | null
  /** What the person is shown it as: an address, or a name. */
  shownAs: string
}

/** By issuer and subject, and by nothing else: addresses change hands. */
export async function findIdentity(
  db: Reader,
  { issuer, subject }: Pick<Identity, 'issuer' | 'subject'>,
): Promise<Identity | undefined> {
  return db
    .selectFrom('identities')
    .selectAll()
    .where('issuer', '=', issuer)
    .where('subject', '=', subject)
    .executeTakeFirst()
}

/** Those of an account, the oldest link first. */
export async function listIdentities(db: Reader, accountId: string): Promise<Identity[]> {
  return db
    .selectFrom('identities')
    .selectAll()
    .where('account_id', '=', accountId)
    .orderBy('linked_at')
    .orderBy('issuer')
    .orderBy('subject')
    .execute()
}

/**
 * Links an identity to an account, if it is linked to none.
 *
 * @returns whether it is linked to this account now.
 */
export async function linkIdentity(
  db: Writer,
  { issuer, subject, email }: Pick<UnlinkedIdentity, 'issuer' | 'subject' | 'email'>,
  accountId: string,
  now: number,
): Promise<boolean> {
  const existing = await findIdentity(db, { issuer, subject })
  if (existing !== undefined) return existing.account_id === accountId
  await db
    .insertInto('identities')
    .values({ issuer, subject, account_id: accountId, email, linked_at: now, last_used_at: now })
    .execute()
  return true
}

/** Notes that somebody has signed in with an identity, and which address the provider said. */
export async function noteIdentityUse(
  db: Writer,
  { issuer, subject, email }: Pick<UnlinkedIdentity, 'issuer' | 'subject' | 'email'>,
  now: number,
): Promise<void> {
  await db
    .updateTable('identities')
    .set({ email, last_used_at: now })
    .where('issuer', '=', issuer)
    .where('subject', '=', subject)
    .execute()
}

/** Takes an identity from an account; answers whether it was this account's. */
export async function unlinkIdentity(
  db: Writer,
  { issuer, subject }: Pick<Identity, 'issuer' | 'subject'>,
  accountId: string,
): Promise<boolean> {
  const result = await db
    .deleteFrom('identities')
    .where('issuer', '=', issuer)
    .where('subject', '=', subject)
    .where('account_id', '=', accountId)
    .executeTakeFirst()
  return result.numDeletedRows > 0n
}
