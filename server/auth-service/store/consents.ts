import { prepareQuery } from './prepared-query.js'
import type { ConsentsTable } from './schema.js'
import type { Reader, Writer } from './store.js'

const byKey = prepareQuery((db, key: { accountId: string; clientId: string; resource: string }) =>
  db
    .selectFrom('consents')
    .select('scope')
    .where('account_id', '=', key.accountId)
    .where('client_id', '=', key.clientId)
    .where('resource', '=', key.resource)
    .limit(1),
)

/** What the person allowed this client for this resource (empty: userinfo), as a set of scopes. */
export async function findConsentedScopes(
  db: Reader,
  key: { accountId: string; clientId: string; resource: string },
): Promise<ReadonlySet<string>> {
  const [row] = (await byKey(db, key)).rows
  return new Set(row?.scope.split(' ').filter(Boolean))
}

const put = prepareQuery((db, row: ConsentsTable) => {
  const { scope, granted_at } = row
  return db
    .insertInto('consents')
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(['account_id', 'client_id', 'resource']).doUpdateSet({ scope, granted_at }),
    )
})

/** Remembers a consent, added to what was allowed before. */
export async function addConsent(
  db: Writer,
  key: { accountId: string; clientId: string; resource: string },
  scopes: Iterable<string>,
  now: number,
): Promise<void> {
  const scope = [...new Set([...(await findConsentedScopes(db, key)), ...scopes])].sort().join(' ')
  await put(db, {
    account_id: key.accountId,
    client_id: key.clientId,
    resource: key.resource,
    scope,
    granted_at: now,
  })
}

export async function removeConsentsForResource(db: Writer, resource: string): Promise<void> {
  await db.deleteFrom('consents').where('resource', '=', resource).execute()
}
