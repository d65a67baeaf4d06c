import type { Generated, GeneratedAlways } from 'kysely'

/** Everything that the BackendAPI remembers. `migrations.ts` makes these tables. */
export interface Database {
  accounts: AccountsTable
  items: ItemsTable
  secrets: SecretsTable
}

/** Somebody who was here: the account of a token, under a short number of our own. */
export interface AccountsTable {
  number: Generated<number>
  /** `iss` of the token. Two issuers may use one `sub` for two people. */
  issuer: string
  /** `sub` of the token. */
  subject: string
}

export interface ItemsTable {
  /** `accounts.number` of the owner. */
  account: number
  /** UUID version 7: sorts by the instant of creation, and is the order of every page. */
  id: string
  title: string
  note: string | null
  /** ISO 8601, UTC, milliseconds. */
  created_at: string
  /** The item as it goes over the wire. SQLite writes it with the row, so that a page is only joined. */
  json: GeneratedAlways<string>
}

/** Keys made at first start. They protect nothing outside this database. */
export interface SecretsTable {
  name: 'cursor'
  /** 32 bytes, base64url. */
  value: string
}
