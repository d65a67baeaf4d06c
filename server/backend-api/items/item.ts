import { Type } from 'typebox'
import { ITEM_ID_PATTERN } from './item-id.js'

/** Scopes of this API: what an access token is for. */
export const READ_SCOPE = 'items:read'
export const WRITE_SCOPE = 'items:write'

const MAX_TITLE_CHARACTERS = 200
const MAX_NOTE_CHARACTERS = 2_000

// No control characters, so that a title is one line on every terminal; no half of a surrogate pair, which
// UTF-8 can't hold. A note may have lines.
const TITLE_PATTERN = '^(?=.*\\S)[^\\p{Cc}\\p{Cs}]+$'
const NOTE_PATTERN = '^(?:[^\\p{Cc}\\p{Cs}]|[\\n\\t])*$'

const title = Type.String({ minLength: 1, maxLength: MAX_TITLE_CHARACTERS, pattern: TITLE_PATTERN })
const note = Type.String({ maxLength: MAX_NOTE_CHARACTERS, pattern: NOTE_PATTERN })

/** What a client sends to make an item. */
export const NewItem = Type.Object({ title, note: Type.Optional(note) }, { additionalProperties: false })

/** An item on the wire. */
export const Item = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    title,
    note: Type.Optional(note),
    createdAt: Type.String({ format: 'date-time' }),
  },
  { $id: 'Item' },
)

export type Item = Type.Static<typeof Item>

/** `Item`, for schemas that refer to it. */
export const ItemRef = Type.Ref('Item#')

/** The `:id` of a route. Another form is not an item's id, so it is not found rather than wrong. */
export const ItemId = Type.Object({ id: Type.String() })

const ITEM_ID = new RegExp(ITEM_ID_PATTERN)

/** Whether a text can be the id of an item. */
export function isItemId(text: string): boolean {
  return ITEM_ID.test(text)
}
