import { Type } from 'typebox'
import { jsonResponse, problemResponse } from '../openapi.js'
import { RequestError } from '../request-error.js'
import { findItem } from '../store/items.js'
import { accountOf, type ItemsApp, type ItemsContext } from './context.js'
import { ItemId, ItemRef, isItemId, READ_SCOPE } from './item.js'

/** `GET /items/:id`. Another account's item is as absent as one that never was. */
export function getItem(app: ItemsApp, { store }: ItemsContext): void {
  app.get(
    '/items/:id',
    {
      config: { scope: READ_SCOPE },
      schema: {
        summary: 'Get an item',
        params: ItemId,
        response: {
          200: jsonResponse('The item.', Type.Unsafe<string>(ItemRef)),
          404: problemResponse('No such item of yours.'),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const json = isItemId(id) ? await findItem(store.read, accountOf(request), id) : undefined
      if (json === undefined) throw new RequestError(404, 'You have no item with this id.')
      reply.type('application/json; charset=utf-8')
      return json
    },
  )
}
