import { readOnceATurn } from './once-a-turn.js'
import { prepareQuery } from './prepared-query.js'
import type { ClientsTable } from './schema.js'
import type { Reader, Writer } from './store.js'

export type DeviceScopes = 'any' | readonly string[] | null

/** A registered client, its lists parsed. Wire names: RFC 7591 §2. */
export interface Client {
  id: string
  name: string
  /** A service acts for itself and never for a person. */
  kind: 'native' | 'web' | 'service'
  /** Null for a public client. */
  secretHash: string | null
  redirectUris: readonly string[]
  postLogoutRedirectUris: readonly string[]
  requirePkce: boolean
  idTokenSignedResponseAlg: 'ES256' | 'RS256'
  /** What it may ask for on a device without a browser (RFC 8628): any scope, these, or nothing. */
  deviceScopes: DeviceScopes
  createdAt: number
}

const byId = prepareQuery((db, { id }: { id: string }) =>
  db.selectFrom('clients').selectAll().where('id', '=', id).limit(1),
)

export const findClient = readOnceATurn(async (db, id): Promise<Client | undefined> => {
  const [row] = (await byId(db, { id })).rows
  return row && fromRow(row)
})

export async function listClients(db: Reader): Promise<Client[]> {
  return (await db.selectFrom('clients').selectAll().orderBy('id').execute()).map(fromRow)
}

/** @throws the database's unique violation when the id is taken. */
export async function insertClient(db: Writer, client: Client): Promise<void> {
  await db.insertInto('clients').values(toRow(client)).execute()
}

/** Answers whether there was one. */
export async function removeClient(db: Writer, id: string): Promise<boolean> {
  const result = await db.deleteFrom('clients').where('id', '=', id).executeTakeFirst()
  return result.numDeletedRows > 0n
}

/** Answers whether there is such a client. */
export async function setDeviceScopes(db: Writer, id: string, deviceScopes: DeviceScopes): Promise<boolean> {
  const result = await db
    .updateTable('clients')
    .set({ device_scopes: deviceScopesText(deviceScopes) })
    .where('id', '=', id)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

function deviceScopesText(deviceScopes: DeviceScopes): string | null {
  return deviceScopes === null ? null : JSON.stringify(deviceScopes)
}

function fromRow(row: ClientsTable): Client {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    secretHash: row.secret_hash,
    redirectUris: JSON.parse(row.redirect_uris),
    postLogoutRedirectUris: JSON.parse(row.post_logout_redirect_uris),
    requirePkce: row.require_pkce === 1,
    idTokenSignedResponseAlg: row.id_token_signed_response_alg,
    deviceScopes: row.device_scopes === null ? null : JSON.parse(row.device_scopes),
    createdAt: row.created_at,
  }
}

function toRow(client: Client): ClientsTable {
  return {
    id: client.id,
    name: client.name,
    kind: client.kind,
    secret_hash: client.secretHash,
    redirect_uris: JSON.stringify(client.redirectUris),
    post_logout_redirect_uris: JSON.stringify(client.postLogoutRedirectUris),
    require_pkce: client.requirePkce ? 1 : 0,
    id_token_signed_response_alg: client.idTokenSignedResponseAlg,
    device_scopes: deviceScopesText(client.deviceScopes),
    created_at: client.createdAt,
  }
}
