import { TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { jsonResponse, problemResponse } from '../openapi.js'
import { addAccount } from '../store/accounts.js'
import { addItem } from '../store/items.js'
import { accountOf, type ItemsApp, type ItemsContext } from './context.js'
import { type Item, ItemRef, NewItem, WRITE_SCOPE } from './item.js'
import { newItemId } from './item-id.js'

/** `POST /items`: answers once the item is on the disk. */
export function createItem(app: ItemsApp, { store, resource, now }: ItemsContext): void {
  app.post(
    '/items',
    {
      config: { scope: WRITE_SCOPE },
      // Takes a body as it is; Fastify's own validator makes text of numbers, which is for URLs.
      validatorCompiler: TypeBoxValidatorCompiler,
      schema: {
        summary: 'Add an item',
        body: NewItem,
        response: {
          201: jsonResponse('The item, as it was kept.', Type.Unsafe<Item>(ItemRef)),
          413: problemResponse('The body is too large.'),
          415: problemResponse('The body is not JSON.'),
        },
      },
    },
    async (request, reply) => {
      const account = accountOf(request)
      const { title, note } = request.body
      const createdAt = now()
      const item = { id: newItemId(createdAt), title, note, createdAt: new Date(createdAt).toISOString() }
      await store.write(async (transaction) => {
        await addAccount(transaction, account)
        await addItem(transaction, account, item)
      })
      reply.code(201).header('location', `${resource}/items/${item.id}`)
      return { ...item, ...(note !== undefined && { note }) }
    },
  )
}
