import { Type } from 'typebox'
import { problemResponse } from '../openapi.js'
import { RequestError } from '../request-error.js'
import { removeItem } from '../store/items.js'
import { accountOf, type ItemsApp, type ItemsContext } from './context.js'
import { ItemId, isItemId, WRITE_SCOPE } from './item.js'

/** `DELETE /items/:id`. Another account's item is as absent as one that never was. */
export function deleteItem(app: ItemsApp, { store }: ItemsContext): void {
  app.delete(
    '/items/:id',
    {
      config: { scope: WRITE_SCOPE },
      schema: {
        summary: 'Remove an item',
        params: ItemId,
        response: {
          204: Type.Null({ description: 'Removed.' }),
          404: problemResponse('No such item of yours.'),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const removed = isItemId(id) && (await removeItem(store.read, accountOf(request), id))
      if (!removed) throw new RequestError(404, 'You have no item with this id.')
      return reply.code(204).send(null)
    },
  )
}
