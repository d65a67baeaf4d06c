import { Type } from 'typebox'
import { jsonResponse } from '../openapi.js'
import { RequestError } from '../request-error.js'
import { pageOfItems } from '../store/items.js'
import { accountOf, type ItemsApp, type ItemsContext } from './context.js'
import { openCursor, sealCursor } from './cursor.js'
import { ItemRef, READ_SCOPE } from './item.js'

const DEFAULT_LIMIT = 50
const MAX_LIMIT = 200

const Query = Type.Object({
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT, description: 'Items a page.' }),
  ),
  cursor: Type.Optional(Type.String({ maxLength: 64, description: 'The `next` of the page before.' })),
})

// The database has written the JSON; a serializer would take it apart and write it again. So what is sent are
// bytes, in the form of the object.
const Page = Type.Unsafe<Buffer>(
  Type.Object({
    items: Type.Array(ItemRef, { description: 'Newest first.' }),
    next: Type.Optional(Type.String({ description: 'The cursor of the next page; absent on the last one.' })),
  }),
)

const PAGE_START = Buffer.from('{"items":[')
const PAGE_END = Buffer.from(']}')

/** `GET /items`: a page of the account's items, newest first, and where the next one is (RFC 8288). */
export function listItems(app: ItemsApp, { store, resource, cursorKey }: ItemsContext): void {
  app.get(
    '/items',
    {
      config: { scope: READ_SCOPE },
      schema: { summary: 'List items', querystring: Query, response: { 200: jsonResponse('A page.', Page) } },
    },
    async (request, reply) => {
      const { limit = DEFAULT_LIMIT, cursor } = request.query
      const account = accountOf(request)
      const beforeId = cursor === undefined ? undefined : openCursor(cursorKey, account, cursor)
      if (cursor !== undefined && beforeId === undefined) {
        throw new RequestError(400, 'The cursor is not one that this API gave you.')
      }
      const page = await pageOfItems(store.read, account, { limit, beforeId })
      reply.type('application/json; charset=utf-8')
      if (page.lastId === undefined) return Buffer.concat([PAGE_START, page.json, PAGE_END])
      const next = sealCursor(cursorKey, account, page.lastId)
      reply.header('link', `<${resource}/items?limit=${limit}&cursor=${next}>; rel="next"`)
      return Buffer.concat([PAGE_START, page.json, Buffer.from(`],"next":"${next}"}`)])
    },
  )
}
