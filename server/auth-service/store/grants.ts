import type { Account } from './accounts.js'
import { prepareQuery } from './prepared-query.js'
import { readTogether } from './read-together.js'
import type { GrantsTable } from './schema.js'
import type { Reader, Writer } from './store.js'

/** One login on one device; see the schema for what the row knows of its refresh tokens. */
export interface Grant {
  id: string
  accountId: string
  clientId: string
  resource: string | null
  scope: string
  authTime: number
  generation: number
  nonce: string | null
  retriesEndedAt: number | null
  /** Newest first. */
  advancedAt: readonly number[]
  createdAt: number
  lastUsedAt: number
  revokedAt: number | null
  revokedReason: string | null
  deviceName: string | null
  /** The address that the tokens were last fetched from. */
  source: string | null
  restoredAt: number | null
}

export async function findGrant(db: Reader, id: string): Promise<Grant | undefined> {
  const row = await db.selectFrom('grants').selectAll().where('id', '=', id).executeTakeFirst()
  return row && fromRow(row)
}

const withAccount = prepareQuery((db, ids: readonly string[]) =>
  db
    .selectFrom('grants')
    .innerJoin('accounts', 'accounts.id', 'grants.account_id')
    .selectAll('grants')
    .select([
      'accounts.username',
      'accounts.name',
      'accounts.email',
      'accounts.email_verified_at',
      'accounts.password_hash',
      'accounts.password_changed_at',
      'accounts.disabled_at',
      'accounts.created_at as account_created_at',
    ])
    .where('grants.id', 'in', ids),
)

/** A grant and the person that it acts for: all that decides whether its tokens count. */
export const findGrantAndAccount = readTogether(async (db, ids) => {
  const { rows } = await withAccount(db, ids)
  return new Map(rows.map((row) => [row.id, { grant: fromRow(row), account: accountOf(row) }]))
})

type RowWithAccount = Awaited<ReturnType<typeof withAccount>>['rows'][number]

function accountOf(row: RowWithAccount): Account {
  return {
    id: row.account_id,
    username: row.username,
    name: row.name,
    email: row.email,
    email_verified_at: row.email_verified_at,
    password_hash: row.password_hash,
    password_changed_at: row.password_changed_at,
    disabled_at: row.disabled_at,
    created_at: row.account_created_at,
  }
}

const insert = prepareQuery((db, row: GrantsTable) => db.insertInto('grants').values(row))

export async function insertGrant(db: Writer, grant: Grant): Promise<void> {
  await insert(db, toRow(grant))
}

const advance = prepareQuery(
  (
    db,
    to: Pick<GrantsTable, 'id' | 'generation' | 'nonce' | 'advanced_at' | 'last_used_at' | 'source'> & {
      from: number
    },
  ) => {
    const { id, from, ...changes } = to
    return db
      .updateTable('grants')
      .set({ ...changes, retries_ended_at: null })
      .where('id', '=', id)
      .where('generation', '=', from)
      .where('revoked_at', 'is', null)
  },
)

/**
 * Makes the refresh token of `generation` and `nonce` the last one used, if the grant still stands one
 * generation before it: the compare-and-swap of rotation. Answers whether it did.
 */
export async function advanceGrant(
  db: Writer,
  grantId: string,
  next: {
    generation: number
    nonce: string
    advancedAt: readonly number[]
    /** The address that asks. */
    source: string
    now: number
  },
): Promise<boolean> {
  const { numAffectedRows } = await advance(db, {
    id: grantId,
    from: next.generation - 1,
    generation: next.generation,
    nonce: next.nonce,
    advanced_at: JSON.stringify(next.advancedAt),
    last_used_at: next.now,
    source: next.source,
  })
  return numAffectedRows === 1n
}

/** Notes for good that the token of this generation, the last one used, gets no more tries. */
export async function endRetries(
  db: Writer,
  grantId: string,
  { generation, endedAt }: { generation: number; endedAt: number },
): Promise<void> {
  await db
    .updateTable('grants')
    .set({ retries_ended_at: endedAt })
    .where('id', '=', grantId)
    .where('generation', '=', generation)
    .where('retries_ended_at', 'is', null)
    .execute()
}

/** Notes a use that doesn't advance the grant, so that it isn't taken for idle. */
export async function touchGrant(db: Writer, grantId: string, now: number): Promise<void> {
  await db.updateTable('grants').set({ last_used_at: now }).where('id', '=', grantId).execute()
}

/** Ends a grant; answers whether it was alive until now. */
export async function revokeGrant(
  db: Writer,
  grantId: string,
  reason: string,
  now: number,
): Promise<boolean> {
  const result = await db
    .updateTable('grants')
    .set({ revoked_at: now, revoked_reason: reason })
    .where('id', '=', grantId)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/** A grant that was alive until now. */
export type EndedGrant = Pick<Grant, 'id' | 'accountId' | 'clientId'>

/** Ends every grant of an account, or for a resource; answers those that were alive. */
export async function revokeGrants(
  db: Writer,
  { column, value }: { column: 'account_id' | 'resource'; value: string },
  reason: string,
  now: number,
): Promise<EndedGrant[]> {
  return db
    .updateTable('grants')
    .set({ revoked_at: now, revoked_reason: reason })
    .where(column, '=', value)
    .where('revoked_at', 'is', null)
    .returning(['id', 'account_id as accountId', 'client_id as clientId'])
    .execute()
}

/** The grants of a client that are alive. */
export async function listLiveGrantsOfClient(db: Reader, clientId: string): Promise<EndedGrant[]> {
  return db
    .selectFrom('grants')
    .select(['id', 'account_id as accountId', 'client_id as clientId'])
    .where('client_id', '=', clientId)
    .where('revoked_at', 'is', null)
    .execute()
}

function fromRow(row: GrantsTable): Grant {
  return {
    id: row.id,
    accountId: row.account_id,
    clientId: row.client_id,
    resource: row.resource,
    scope: row.scope,
    authTime: row.auth_time,
    generation: row.generation,
    nonce: row.nonce,
    retriesEndedAt: row.retries_ended_at,
    advancedAt: JSON.parse(row.advanced_at),
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
    revokedAt: row.revoked_at,
    revokedReason: row.revoked_reason,
    deviceName: row.device_name,
    source: row.source,
    restoredAt: row.restored_at,
  }
}

function toRow(grant: Grant): GrantsTable {
  return {
    id: grant.id,
    account_id: grant.accountId,
    client_id: grant.clientId,
    resource: grant.resource,
    scope: grant.scope,
    auth_time: grant.authTime,
    generation: grant.generation,
    nonce: grant.nonce,
    retries_ended_at: grant.retriesEndedAt,
    advanced_at: JSON.stringify(grant.advancedAt),
    created_at: grant.createdAt,
    last_used_at: grant.lastUsedAt,
    revoked_at: grant.revokedAt,
    revoked_reason: grant.revokedReason,
    device_name: grant.deviceName,
    source: grant.source,
    restored_at: grant.restoredAt,
  }
}
