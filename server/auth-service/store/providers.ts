import { readOnceATurn } from './once-a-turn.js'
import { prepareQuery } from './prepared-query.js'
import type { ProvidersTable } from './schema.js'
import type { Reader, Writer } from './store.js'

/** Whose first sign-in makes an account: whoever fits one line of it. */
export interface SignUpRule {
  /** Of verified addresses, lower case, without `@`. */
  domains: readonly string[]
  /** In the claim `groups`. */
  groups: readonly string[]
  /** What a claim has to be, or to hold where it is a list. */
  claims: readonly { name: string; value: string }[]
}

/** What the operator has registered about a provider, its rule parsed. */
export interface RegisteredProvider {
  name: string
  kind: 'oidc' | 'github'
  label: string
  /** With the subject, what an identity is known by. */
  issuer: string
  clientId: string
  encryptedSecret: string
  scope: string
  /** Null: nobody new. */
  signUpRule: SignUpRule | null
  isOnlyWay: boolean
  createdAt: number
}

export async function findProvider(db: Reader, name: string): Promise<RegisteredProvider | undefined> {
  const row = await db.selectFrom('providers').selectAll().where('name', '=', name).executeTakeFirst()
  return row && fromRow(row)
}

const all = prepareQuery((db) => db.selectFrom('providers').selectAll().orderBy('created_at').orderBy('name'))

/** In the order in which they were added, which is that of the buttons. */
export function listProviders(db: Reader): Promise<readonly RegisteredProvider[]> {
  return registered(db, 'all')
}

const registered = readOnceATurn(async (db) => (await all(db, {})).rows.map(fromRow))

/** @throws the database's unique violation when the name is taken. */
export async function insertProvider(db: Writer, provider: RegisteredProvider): Promise<void> {
  await db.insertInto('providers').values(toRow(provider)).execute()
}

export async function setOnlyWay(db: Writer, name: string, isOnlyWay: boolean): Promise<void> {
  await db
    .updateTable('providers')
    .set({ is_only_way: isOnlyWay ? 1 : 0 })
    .where('name', '=', name)
    .execute()
}

export async function setProviderSecret(db: Writer, name: string, encryptedSecret: string): Promise<void> {
  await db
    .updateTable('providers')
    .set({ encrypted_secret: encryptedSecret })
    .where('name', '=', name)
    .execute()
}

/** Its sign-ins under way go with it; whose account an identity is, stays. */
export async function removeProvider(db: Writer, name: string): Promise<void> {
  await db.deleteFrom('providers').where('name', '=', name).execute()
}

function fromRow(row: ProvidersTable): RegisteredProvider {
  return {
    name: row.name,
    kind: row.kind,
    label: row.label,
    issuer: row.issuer,
    clientId: row.client_id,
    encryptedSecret: row.encrypted_secret,
    scope: row.scope,
    signUpRule: row.sign_up_rule === null ? null : JSON.parse(row.sign_up_rule),
    isOnlyWay: row.is_only_way === 1,
    createdAt: row.created_at,
  }
}

function toRow(provider: RegisteredProvider): ProvidersTable {
  return {
    name: provider.name,
    kind: provider.kind,
    label: provider.label,
    issuer: provider.issuer,
    client_id: provider.clientId,
    encrypted_secret: provider.encryptedSecret,
    scope: provider.scope,
    sign_up_rule: provider.signUpRule === null ? null : JSON.stringify(provider.signUpRule),
    is_only_way: provider.isOnlyWay ? 1 : 0,
    created_at: provider.createdAt,
  }
}
