import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newItemId } from '../../../../../server/backend-api/items/item-id.js'
import { type Account, addAccount } from '../../../../../server/backend-api/store/accounts.js'
import { addItem, findItem, pageOfItems, removeItem } from '../../../../../server/backend-api/store/items.js'
import { openStore, type Store } from '../../../../../server/backend-api/store/store.js'
import { makeTemporaryFolder, type TemporaryFolder } from '../../../../support/temporary-folder.js'

const MINE = { issuer: 'https://as.example', subject: 'account-1' }
const THEIRS = { issuer: 'https://as.example', subject: 'account-2' }
const NAMESAKE = { issuer: 'https://other.example', subject: 'account-1' }

let folder: TemporaryFolder
let store: Store
beforeEach(async () => {
  folder = makeTemporaryFolder('items')
  store = await openStore(join(folder.path, 'items.db'))
})
afterEach(async () => {
  await store.close()
  folder.remove()
})

/** Adds an item that was created in this millisecond, and gives back its id. */
async function add(
  account: Account,
  millisecond: number,
  title = `Item ${millisecond}`,
  note?: string,
): Promise<string> {
  const id = newItemId(millisecond)
  await store.write(async (transaction) => {
    await addAccount(transaction, account)
    await addItem(transaction, account, { id, title, note, createdAt: new Date(millisecond).toISOString() })
  })
  return id
}

async function page(account: Account, limit: number, beforeId?: string) {
  const { json, lastId } = await pageOfItems(store.read, account, { limit, beforeId })
  const items: { id: string; title: string }[] = JSON.parse(`[${Buffer.from(json).toString('utf8')}]`)
  return { titles: items.map(({ title }) => title), ids: items.map(({ id }) => id), lastId }
}

it('gives back what was kept, letter for letter', async () => {
  const title = 'Crème brûlée 🍮 "quoted" \\ back\u2028slash'
  const note = 'First line\nsecond\tline <b>&amp;</b> \u0085 漢字'
  const id = await add(MINE, 1_000, title, note)
  const expected = { id, title, note, createdAt: '1970-01-01T00:00:01.000Z' }
  expect(JSON.parse((await findItem(store.read, MINE, id)) ?? '')).toEqual(expected)
  const { json } = await pageOfItems(store.read, MINE, { limit: 1 })
  expect(JSON.parse(`[${Buffer.from(json).toString('utf8')}]`)).toEqual([expected])
})

it('leaves a note out that is not there', async () => {
  const id = await add(MINE, 1_000)
  expect(JSON.parse((await findItem(store.read, MINE, id)) ?? '')).not.toHaveProperty('note')
})

describe('a page', () => {
  it('is empty for an account that was never here', async () => {
    expect(await page(MINE, 10)).toEqual({ titles: [], ids: [], lastId: undefined })
  })

  it('is newest first, also with 200 items that were added in disorder', async () => {
    const milliseconds = Array.from({ length: 200 }, (_, index) => 1_000 + ((index * 77) % 200))
    for (const millisecond of milliseconds) await add(MINE, millisecond)
    const { titles } = await page(MINE, 200)
    expect(titles).toEqual(Array.from({ length: 200 }, (_, index) => `Item ${1_199 - index}`))
  })

  it('names its last item when older ones follow, and only then', async () => {
    for (let index = 0; index < 4; index += 1) await add(MINE, 1_000 + index)
    const first = await page(MINE, 2)
    expect(first).toMatchObject({ titles: ['Item 1003', 'Item 1002'], lastId: first.ids[1] })
    const second = await page(MINE, 2, first.lastId)
    expect(second).toMatchObject({ titles: ['Item 1001', 'Item 1000'], lastId: undefined })
    expect((await page(MINE, 4)).lastId).toBeUndefined()
    expect((await page(MINE, 3)).lastId).toBeDefined()
  })

  it('is cut between items, whatever is written in them', async () => {
    const titles = ['{"id":"', ',{"id":"x"}', '\\","x":{"id":"', '"},{"id":"y']
    for (const [index, title] of titles.entries()) await add(MINE, 1_000 + index, title, title)
    const seen: string[] = []
    let beforeId: string | undefined
    do {
      const next = await page(MINE, 1, beforeId)
      seen.unshift(...next.titles)
      expect(next.lastId ?? next.ids[0]).toBe(next.ids[0])
      beforeId = next.lastId
    } while (beforeId !== undefined)
    expect(seen).toEqual(titles)
  })

  it('goes on at the same place when items come and go, the last one of the page included', async () => {
    for (let index = 0; index < 6; index += 1) await add(MINE, 1_000 + index)
    const first = await page(MINE, 2)
    await add(MINE, 9_000)
    for (const id of first.ids) await removeItem(store.read, MINE, id)
    expect((await page(MINE, 2, first.lastId)).titles).toEqual(['Item 1003', 'Item 1002'])
  })
})

describe.each([
  ['another account', THEIRS],
  ['an account of the same name at another issuer', NAMESAKE],
])('%s', (_who, other) => {
  it('does not see, find or remove the item', async () => {
    const id = await add(MINE, 1_000)
    await add(other, 2_000, 'Theirs')
    expect((await page(other, 10)).titles).toEqual(['Theirs'])
    expect(await findItem(store.read, other, id)).toBeUndefined()
    expect(await removeItem(store.read, other, id)).toBe(false)
    expect((await page(MINE, 10)).titles).toEqual(['Item 1000'])
  })
})

it('removes an item once', async () => {
  const id = await add(MINE, 1_000)
  expect(await removeItem(store.read, MINE, id)).toBe(true)
  expect(await removeItem(store.read, MINE, id)).toBe(false)
  expect(await findItem(store.read, MINE, id)).toBeUndefined()
})

it('adds nothing for an account without a row', async () => {
  const item = { id: newItemId(1), title: 'x', note: undefined, createdAt: '1970-01-01T00:00:00.001Z' }
  await expect(store.write((transaction) => addItem(transaction, MINE, item))).rejects.toThrow()
})
