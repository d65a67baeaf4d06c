import { CompiledQuery, sql } from 'kysely'
import type { Account } from './accounts.js'
import type { Reader, Writer } from './store.js'

export interface NewItem {
  id: string
  title: string
  note: string | undefined
  /** ISO 8601, UTC, milliseconds. */
  createdAt: string
}

/** Items of one account, newest first, as they go over the wire. */
export interface ItemsPage {
  /** A JSON array, UTF-8. */
  json: Uint8Array
  /** The id of the last item, when older ones follow. */
  lastId: string | undefined
}

/**
 * A page as one row: joined by SQLite, because 100 rows cost more to carry over into JavaScript than to read, and
 * as bytes, because nobody here looks into the text. The order of the inner select is the order of the array
 * (tested). `min(id)` is the last id, since ids descend.
 */
const PAGE = `
  with
    owner as (select number from accounts where issuer = ? and subject = ?),
    page as (
      select cast('[' || coalesce(group_concat(json, ','), '') || ']' as blob) as json, min(id) as lastId
      from (
        select id, json from items
        where account = (select number from owner) and id < ?
        order by id desc
        limit ?
      )
    )
  select json, lastId, exists (
    select 1 from items where account = (select number from owner) and id < lastId
  ) as hasOlder
  from page`

interface PageRow {
  /** The driver's form of a blob. */
  json: ArrayBuffer
  /** null when the page is empty. */
  lastId: string | null
  hasOlder: 0 | 1
}

/** Sorts after every id. */
const NEWEST = '~'

/** Reads up to `limit` items that are older than `beforeId`, from the newest without one. */
export async function pageOfItems(
  db: Reader,
  account: Account,
  { limit, beforeId }: { limit: number; beforeId?: string | undefined },
): Promise<ItemsPage> {
  const parameters = [account.issuer, account.subject, beforeId ?? NEWEST, limit]
  const { rows } = await db.executeQuery<PageRow>(CompiledQuery.raw(PAGE, parameters))
  const [row] = rows
  if (!row) throw new Error('an aggregate without a row')
  return {
    json: new Uint8Array(row.json),
    lastId: row.hasOlder === 1 && row.lastId !== null ? row.lastId : undefined,
  }
}

/** The item as it goes over the wire, JSON; undefined when this account has none with this id. */
export async function findItem(db: Reader, account: Account, id: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('items')
    .select('json')
    .where('account', '=', accountNumber(account))
    .where('id', '=', id)
    .executeTakeFirst()
  return row?.json
}

/** Adds an item to an account that has a row. */
export async function addItem(db: Writer, account: Account, item: NewItem): Promise<void> {
  await db
    .insertInto('items')
    .values({
      account: accountNumber(account),
      id: item.id,
      title: item.title,
      note: item.note ?? null,
      created_at: item.createdAt,
    })
    .execute()
}

/** Answers whether this account had an item with this id. */
export async function removeItem(db: Reader, account: Account, id: string): Promise<boolean> {
  const result = await db
    .deleteFrom('items')
    .where('account', '=', accountNumber(account))
    .where('id', '=', id)
    .executeTakeFirst()
  return result.numDeletedRows > 0n
}

function accountNumber(account: Account) {
  return sql<number>`(select number from accounts where issuer = ${account.issuer} and subject = ${account.subject})`
}
