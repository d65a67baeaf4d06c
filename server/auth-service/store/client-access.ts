import type { ClientAccessTable } from './schema.js'
import type { Reader, Writer } from './store.js'

/** What a client may do for itself, without a person: at one resource, in one scope (RFC 6749 §4.4). */
export interface ClientAccess {
  clientId: string
  resource: string
  /** Names separated by spaces; never one of the AuthService's own. */
  scope: string
  createdAt: number
}

export async function findClientAccess(db: Reader, clientId: string): Promise<ClientAccess | undefined> {
  const row = await db
    .selectFrom('client_access')
    .selectAll()
    .where('client_id', '=', clientId)
    .executeTakeFirst()
  return row && fromRow(row)
}

export async function listClientAccess(db: Reader): Promise<ClientAccess[]> {
  return (await db.selectFrom('client_access').selectAll().execute()).map(fromRow)
}

/** @throws the database's violation when the client or the resource is not there. */
export async function insertClientAccess(db: Writer, access: ClientAccess): Promise<void> {
  const { clientId, resource, scope, createdAt } = access
  await db
    .insertInto('client_access')
    .values({ client_id: clientId, resource, scope, created_at: createdAt })
    .execute()
}

function fromRow(row: ClientAccessTable): ClientAccess {
  return { clientId: row.client_id, resource: row.resource, scope: row.scope, createdAt: row.created_at }
}
