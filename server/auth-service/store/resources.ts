import { readOnceATurn } from './once-a-turn.js'
import { prepareQuery } from './prepared-query.js'
import type { ResourcesTable } from './schema.js'
import type { Reader, Writer } from './store.js'

/** A protected resource and the credentials with which it asks about tokens (RFC 7662 §2.1). */
export interface Resource {
  url: string
  scopes: readonly string[]
  introspectionClientId: string
  introspectionSecretHash: string
  createdAt: number
}

const byUrl = prepareQuery((db, { url }: { url: string }) =>
  db.selectFrom('resources').selectAll().where('url', '=', url).limit(1),
)
const byClientId = prepareQuery((db, { clientId }: { clientId: string }) =>
  db.selectFrom('resources').selectAll().where('introspection_client_id', '=', clientId).limit(1),
)

export const findResource = readOnceATurn(async (db, url): Promise<Resource | undefined> => {
  const [row] = (await byUrl(db, { url })).rows
  return row && fromRow(row)
})

export const findResourceByClientId = readOnceATurn(async (db, clientId): Promise<Resource | undefined> => {
  const [row] = (await byClientId(db, { clientId })).rows
  return row && fromRow(row)
})

export async function listResources(db: Reader): Promise<Resource[]> {
  return (await db.selectFrom('resources').selectAll().orderBy('url').execute()).map(fromRow)
}

/** Adds a resource, or gives the one at this URL new scopes and credentials. */
export async function putResource(db: Writer, resource: Resource): Promise<void> {
  const row = toRow(resource)
  await db
    .insertInto('resources')
    .values(row)
    .onConflict((conflict) => conflict.column('url').doUpdateSet(row))
    .execute()
}

/** Answers whether there was one. */
export async function removeResource(db: Writer, url: string): Promise<boolean> {
  const result = await db.deleteFrom('resources').where('url', '=', url).executeTakeFirst()
  return result.numDeletedRows > 0n
}

function fromRow(row: ResourcesTable): Resource {
  return {
    url: row.url,
    scopes: JSON.parse(row.scopes),
    introspectionClientId: row.introspection_client_id,
    introspectionSecretHash: row.introspection_secret_hash,
    createdAt: row.created_at,
  }
}

function toRow(resource: Resource): ResourcesTable {
  return {
    url: resource.url,
    scopes: JSON.stringify(resource.scopes),
    introspection_client_id: resource.introspectionClientId,
    introspection_secret_hash: resource.introspectionSecretHash,
    created_at: resource.createdAt,
  }
}
