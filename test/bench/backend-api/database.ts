import { newItemId } from '../../../server/backend-api/items/item-id.js'
import { type Account, addAccount } from '../../../server/backend-api/store/accounts.js'
import { addItem } from '../../../server/backend-api/store/items.js'
import { openStore } from '../../../server/backend-api/store/store.js'

/** How many items the account has; a page shows them all. */
export const ITEMS = 100

/** Makes the database that all variants read. */
export async function fillDatabase(file: string, account: Account): Promise<void> {
  const store = await openStore(file)
  await store.write(async (transaction) => {
    await addAccount(transaction, account)
    for (let index = 0; index < ITEMS; index += 1) {
      const createdAt = Date.UTC(2026, 0, 1) + index * 1000
      await addItem(transaction, account, {
        id: newItemId(createdAt),
        title: `Item number ${index} of ${ITEMS}`,
        note: index % 10 === 0 ? 'A note of about forty characters, or more.' : undefined,
        createdAt: new Date(createdAt).toISOString(),
      })
    }
  })
  await store.close()
}
