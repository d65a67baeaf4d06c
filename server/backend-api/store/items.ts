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
  /** JSON objects with commas between them, UTF-8. */
  json: Uint8Array
  /** The id of the last item, when older ones follow. */
  lastId: string | undefined
}

/**
 * A page as one row: joined by SQLite, because 100 rows cost more to carry over into JavaScript than to read, and
 * as bytes, because nobody here looks into the text. The order of the inner select is the order of the text
 * (tested).
 */
const PAGE = `
  select cast(group_concat(json, ',') as blob) as json, count(*) as count
  from (
    select json from items
    where account = (select number from accounts where issuer = ? and subject = ?) and id < ?
    order by id desc
    limit ?
  )`

interface PageRow {
  /** The driver's form of a blob; null when there are no items. */
  json: ArrayBuffer | null
  count: number
}

/** Sorts after every id. */
const NEWEST = '~'

/** How every item begins, and nothing inside of one: there, a quote has a backslash before it. */
const ITEM_START = '{"id":"'
const ITEM_ID_LENGTH = 36

/** Reads up to `limit` items that are older than `beforeId`, from the newest without one. */
export async function pageOfItems(
  db: Reader,
  account: Account,
  { limit, beforeId }: { limit: number; beforeId?: string | undefined },
): Promise<ItemsPage> {
  // One more than was asked for: it says that older ones follow, and is cut off.
  const parameters = [account.issuer, account.subject, beforeId ?? NEWEST, limit + 1]
  const { rows } = await db.executeQuery<PageRow>(CompiledQuery.raw(PAGE, parameters))
  const json = Buffer.from(rows[0]?.json ?? new ArrayBuffer(0))
  if (rows[0]?.count !== limit + 1) return { json, lastId: undefined }
  const page = json.subarray(0, json.lastIndexOf(ITEM_START) - 1)
  const lastIdAt = page.lastIndexOf(ITEM_START) + ITEM_START.length
  return { json: page, lastId: page.toString('latin1', lastIdAt, lastIdAt + ITEM_ID_LENGTH) }
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
