import { pageOfItems } from '../../../../server/backend-api/store/items.js'
import { openStore } from '../../../../server/backend-api/store/store.js'

const START = Buffer.from('{"items":[')
const END = Buffer.from(']}')

/**
 * The BackendAPI's own handler, for the peers: the page of an account as the JSON that goes over the wire, from
 * the same rows by the same query.
 */
export async function openRows(
  database: string,
): Promise<(issuer: string, subject: string) => Promise<Buffer>> {
  const store = await openStore(database)
  return async (issuer, subject) => {
    const page = await pageOfItems(store.read, { issuer, subject }, { limit: 100 })
    return Buffer.concat([START, page.json, END])
  }
}
